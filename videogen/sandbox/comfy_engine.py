"""One GPU: the queue, the worker that plays one job after the other, the history."""

import asyncio
import contextlib
import heapq
import itertools
import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from videogen.sandbox.clock import now_ms
from videogen.sandbox.comfy_foreign import play_foreign_traffic
from videogen.sandbox.comfy_gpu import PlayedGpu
from videogen.sandbox.comfy_job import ComfyJob, JobLostError, ServerRestartError
from videogen.sandbox.comfy_outputs import VIDEO_CLASSES, OutputFolder, render_output
from videogen.sandbox.comfy_player import JobPlayer
from videogen.sandbox.comfy_socket import SocketTable
from videogen.sandbox.faults import COMFY_RUN_KINDS, Fault, Subject
from videogen.sandbox.node_catalogue import NodeCatalogue
from videogen.sandbox.profiles import Draw, Profile
from videogen.sandbox.submit_log import Outcome
from videogen.sandbox.uploads import read_with_uploads
from videogen.sandbox.workflow_reading import (
    Graph,
    WorkflowReading,
    execution_order,
)
from videogen.sandbox.world import World

_HISTORY_SIZE = 10_000  # ComfyUI's own limit
_OUTCOMES: dict[str, Outcome] = {
    "execution_success": "succeeded",
    "execution_error": "failed",
    "execution_interrupted": "cancelled",
}


class ComfyEngine:
    """Everything the HTTP and socket side asks and tells; lives in one event loop."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sockets = SocketTable()
        self.folder = OutputFolder(world.folder)
        self.catalogue = NodeCatalogue(world.folder / "input", world.nodes)
        self.output_classes = frozenset(
            name for name in self.catalogue.object_info() if self.catalogue[name].is_output
        )
        self.history: dict[str, dict[str, Any]] = {}
        self.running: ComfyJob | None = None
        self.cache: dict[str, dict[str, Any] | None] = {}
        self.gpu = PlayedGpu(device=world.profiles.device)
        self._jobs: dict[str, ComfyJob] = {}  # the newest of each id, for the GPU trace
        # As the real queue: a heap of (number, prompt_id, job). Jobs cannot be compared, so two
        # with one number and one id raise a TypeError that kills the worker.
        self._pending: list[tuple[float, str, ComfyJob]] = []
        self._numbers = itertools.count()
        self._down_until = 0.0
        self._talker: asyncio.Task[None] | None = None
        self.is_wedged = False
        self._wake = asyncio.Event()
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="render")
        self._race = random.Random(world.seed)  # noqa: S311  # the length of the history race

    # --- what clients ask for

    def subject(self, graph: Graph, outputs: list[str]) -> tuple[Subject, WorkflowReading]:
        execution_order(graph, outputs, self.output_classes)  # a circle raises before it is queued
        output_id = self._main_output(graph, outputs)
        reading = read_with_uploads(graph, output_id, self.catalogue.input_folder)
        profile = self.world.profiles.for_graph(reading.traits)
        return Subject(profile=profile.name, prompt=reading.prompt, model=reading.model), reading

    def _main_output(self, graph: Graph, outputs: list[str]) -> str:
        videos = [each for each in outputs if graph[each]["class_type"] in VIDEO_CLASSES]
        return (videos or outputs)[0]

    def next_number(self, *, front: bool) -> int:
        """Counts every POST /prompt, refused ones too; front counts downwards."""
        number = next(self._numbers)
        return -number if front else number

    def submit(
        self,
        *,
        prompt_id: str,
        graph: Graph,
        outputs: list[str],
        extra_data: dict[str, Any],
        number: float,
    ) -> None:
        """Queue a checked graph; the same id twice is queued twice, as on a real server."""
        subject, reading = self.subject(graph, outputs)
        profile = self.world.profiles.profiles[subject.profile]
        draw = self.world.draw(profile=profile, prompt=reading.prompt, job_seed=reading.seed)
        job = ComfyJob(
            number=number,
            prompt_id=prompt_id,
            graph=graph,
            extra_data={**extra_data, "create_time": now_ms()},
            outputs=outputs,
            reading=reading,
            profile=profile,
            draw=draw,
            faults=self._run_faults(subject, draw, reading, profile),
            input_folder=self.catalogue.input_folder,
            entry=self.world.log.add(
                external_id=prompt_id,
                kind="comfy",
                profile=profile.name,
                model=reading.model,
                prompt=reading.prompt,
                seed=reading.seed,
            ),
        )
        self._jobs[prompt_id] = job
        heapq.heappush(self._pending, (number, prompt_id, job))
        self.tell_status()
        self._wake.set()

    def _run_faults(
        self, subject: Subject, draw: Draw, reading: WorkflowReading, profile: Profile
    ) -> dict[str, Fault]:
        faults = self.world.run_faults(COMFY_RUN_KINDS, subject, draw)
        oom = faults.get("out_of_vram")
        peak_mib = profile.planned_peak_mib(reading.work)
        if oom is not None and peak_mib <= oom.number("over_mib", 0.0):
            del faults["out_of_vram"]
        by_luck = faults.get("out_of_vram") == Fault(kind="out_of_vram")
        if by_luck and draw.failure == "out_of_vram" and profile.has_room(reading.work):
            del faults["out_of_vram"]
        return faults

    @property
    def pending(self) -> list[ComfyJob]:
        """In the heap's order, which is what GET /queue shows."""
        return [job for *_, job in self._pending]

    @property
    def n_pending(self) -> int:
        return len(self._pending)

    @property
    def is_down(self) -> bool:
        """Between a restart and its end nothing answers."""
        return time.monotonic() < self._down_until

    @property
    def version(self) -> str:
        newer = self.world.faults.switch("newer_server")
        return self.gpu.version if newer is None else str(newer.params.get("version", "0.26.0"))

    @property
    def queue_remaining(self) -> int:
        return len(self._pending) + (self.running is not None)

    def job(self, prompt_id: str) -> ComfyJob | None:
        return self._jobs.get(prompt_id)

    def tell_status(self) -> None:
        info = {"status": {"exec_info": {"queue_remaining": self.queue_remaining}}}
        self.sockets.broadcast("status", info)

    def greet(self, client_id: str) -> list[dict[str, Any]]:
        """What a new socket is told first; a running node is named without its prompt_id."""
        info = {"exec_info": {"queue_remaining": self.queue_remaining}}
        messages: list[dict[str, Any]] = [
            {"type": "status", "data": {"status": info, "sid": client_id}}
        ]
        job = self.running
        if job is not None and job.client_id == client_id and job.node is not None:
            messages.append({"type": "executing", "data": {"node": job.node}})
        return messages

    def interrupt(self, prompt_id: str | None) -> None:
        if self.running is not None and prompt_id in (None, self.running.prompt_id):
            self.running.is_interrupted = True

    def delete_pending(self, prompt_id: str) -> None:
        """Removes one of them only, even if the id was queued twice."""
        for item in self._pending:
            if item[2].prompt_id == prompt_id:
                self._pending.remove(item)
                with contextlib.suppress(TypeError):
                    heapq.heapify(self._pending)
                self.world.log.note(item[2].entry, "cancelled")
                self.tell_status()
                return

    def clear_pending(self) -> None:
        for *_, job in self._pending:
            self.world.log.note(job.entry, "cancelled")
        self._pending.clear()
        self.tell_status()

    def free(self, *, unload_models: bool, free_memory: bool) -> None:
        if unload_models:
            self.gpu.unload()
        if free_memory:
            self.cache.clear()

    def restart(self, down_s: float = 0.0) -> None:
        """As after a SIGKILL: files stay, everything else is gone and nobody is told.

        For `down_s` real seconds every connection is dropped.
        """
        self._down_until = time.monotonic() + down_s
        self.is_wedged = False
        for *_, job in self._pending:
            self.world.log.note(job.entry, "lost")
        self._pending.clear()
        self.history.clear()
        self.cache.clear()
        self._jobs.clear()
        self.gpu = PlayedGpu(device=self.world.profiles.device)
        self._numbers = itertools.count()
        self.folder.empty_temp()
        self.sockets.close_all()
        if self.running is not None:
            self.world.log.note(self.running.entry, "lost")
            self.running.over = True
            self.running.aborted.set()
            self.running = None

    def vram_used_mib(self) -> int:
        job = self.running
        if job is None or job.trace is None:
            return self.gpu.baseline_mib
        return job.trace.mib_at(job.played_share)

    # --- the worker

    async def work(self) -> None:
        """Play jobs for ever, one after the other."""
        self._talker = asyncio.create_task(play_foreign_traffic(self.world, self.sockets))
        while True:
            job = await self._next_job()
            self.running = job
            self.world.log.note(job.entry, "running")
            self.tell_status()
            try:
                await self._play(job)
            except ServerRestartError:
                fault = job.faults.get("restart") or job.faults["restart_forgetting"]
                self.restart(fault.number("down_s", 0.0))
            except JobLostError:
                self._drop_lost(job)
            self._discard_renders(job)

    async def _next_job(self) -> ComfyJob:
        while True:
            while not self._pending or self.is_wedged:
                self._wake.clear()
                await self._wake.wait()
            try:
                number, prompt_id, job = heapq.heappop(self._pending)
            except TypeError:
                self.is_wedged = True
                continue
            if "wedge" not in job.faults:
                return job
            self.is_wedged = True
            heapq.heappush(self._pending, (number, prompt_id, job))

    def _drop_lost(self, job: ComfyJob) -> None:
        self.world.log.note(job.entry, "lost")
        job.over = True
        self.running = None
        self._jobs.pop(job.prompt_id, None)
        self.tell_status()

    async def _play(self, job: ComfyJob) -> None:
        update = job.faults.get("update")
        if update is not None:
            self.gpu.update(
                version=str(update.params.get("version", "0.26.0")),
                time_factor=update.number("time_factor", 1.25),
                memory_factor=update.number("memory_factor", 1.05),
            )
        player = JobPlayer(self, job)
        self._prepare(job, player)
        ending, data = await player.play()
        if job.is_over():
            return  # the server was restarted under the job
        player.tell(ending, data)
        # The entry is written a little after the message: a client that asks at once finds nothing.
        race_s = self._race.uniform(0.003, 0.012)
        slow = job.faults.get("slow_history")
        await asyncio.sleep(race_s if slow is None else slow.number("delay_s", 1.0))
        if job.is_over():
            return
        if "memory_leak" in job.faults:
            self.gpu.leak(job.faults["memory_leak"].number("mib", 150.0))
        self._remember(job, succeeded=ending == "execution_success")
        self.world.log.note(job.entry, _OUTCOMES[ending])
        job.over = True
        self.running = None
        self.tell_status()
        data = {"node": None, "prompt_id": job.prompt_id}
        self.sockets.send("executing", data, job.client_id)

    def _prepare(self, job: ComfyJob, player: JobPlayer) -> None:
        """Draw while the job is played, and the next one's clip after it."""
        if not job.is_doomed():
            for output_id in player.outputs_to_render():
                self.start_render(job, output_id)
        for *_, following in self._pending[:1]:
            self._draw_ahead(following)

    def _draw_ahead(self, job: ComfyJob) -> None:
        """Use the time of the running job to draw the next one's clip."""
        for output_id in job.outputs:
            if job.graph[output_id]["class_type"] in VIDEO_CLASSES and not job.is_doomed():
                self.start_render(job, output_id)

    def start_render(self, job: ComfyJob, output_id: str) -> None:
        if output_id in job.renders:
            return
        path = self.folder.rendering_path(job, output_id)
        loop = asyncio.get_running_loop()
        job.renders[output_id] = loop.run_in_executor(
            self._threads, render_output, job, output_id, path
        )

    def _discard_renders(self, job: ComfyJob) -> None:
        for output_id in job.renders:
            self.folder.discard_renders(job, output_id)

    def _remember(self, job: ComfyJob, *, succeeded: bool) -> None:
        if len(self.history) >= _HISTORY_SIZE:
            self.history.pop(next(iter(self.history)))
        self.history.pop(job.prompt_id, None)
        self.history[job.prompt_id] = {
            "prompt": job.queue_item(),
            "outputs": job.ui_outputs,
            "status": {
                "status_str": "success" if succeeded else "error",
                "completed": succeeded,
                "messages": job.messages,
            },
            "meta": {
                node_id: {
                    "node_id": node_id,
                    "display_node": node_id,
                    "parent_node": None,
                    "real_node_id": node_id,
                }
                for node_id in job.ui_outputs
            },
        }

    def close(self) -> None:
        if self._talker is not None:
            self._talker.cancel()
        self.sockets.close_all()
        self._threads.shutdown(wait=False, cancel_futures=True)
