"""Plays one job: its nodes in order, their messages, in the time its profile says."""

import asyncio
import contextlib
import time
from typing import Any, Protocol

from videogen.sandbox.clock import now_ms
from videogen.sandbox.comfy_gpu import PlayedGpu
from videogen.sandbox.comfy_job import (
    ComfyJob,
    JobInterruptedError,
    NodeFailedError,
    ServerRestartError,
)
from videogen.sandbox.comfy_outputs import VIDEO_CLASSES, OutputFolder
from videogen.sandbox.comfy_previews import (
    frame_with_facts,
    plain_frame,
    preview_picture,
    wants_previews,
)
from videogen.sandbox.comfy_progress import Tick, node_weight, progress_entry, ticks
from videogen.sandbox.comfy_socket import SocketTable
from videogen.sandbox.faults import Fault
from videogen.sandbox.gpu_trace import GpuTrace
from videogen.sandbox.uploads import check_camera, check_loader, needs_look
from videogen.sandbox.workflow_reading import execution_order, signatures
from videogen.sandbox.world import World

_CACHED_RUN_S = 0.005  # recorded: a run whose nodes are all cached, real seconds
_POLL_S = 0.05  # how often a stalled job looks for an interrupt


class Engine(Protocol):
    """What a player needs of the one GPU that it plays on."""

    world: World
    sockets: SocketTable
    folder: OutputFolder
    output_classes: frozenset[str]
    cache: dict[str, dict[str, Any] | None]
    gpu: PlayedGpu

    @property
    def n_pending(self) -> int: ...

    def start_render(self, job: ComfyJob, output_id: str) -> None: ...


class JobPlayer:
    def __init__(self, engine: Engine, job: ComfyJob) -> None:
        self._engine = engine
        self._job = job
        self._order = execution_order(job.graph, job.outputs, engine.output_classes)
        self._signatures = signatures(job.graph, self._order)
        self._cached = [each for each in self._order if self._signatures[each] in engine.cache]
        self._played_s = self._simulated_s() * engine.gpu.time_factor
        self.real_s = engine.world.clock.real_s(self._played_s)

    def _simulated_s(self) -> float:
        job, weights = self._job, {each: self._weight(each) for each in self._order}
        fresh = sum(weight for each, weight in weights.items() if each not in self._cached)
        if fresh == 0:
            return 0.0
        warm_s = job.profile.played_s(job.reading.work) * job.draw.time_factor
        is_cold = self._engine.gpu.is_cold(job.reading.model)
        samples = any("Sampler" in job.graph[each]["class_type"] for each in self._fresh())
        cold_s = job.profile.cold_start_s if is_cold and samples else 0.0
        return warm_s * fresh / sum(weights.values()) + cold_s

    def _weight(self, node_id: str) -> float:
        return node_weight(str(self._job.graph[node_id]["class_type"]))

    def _fresh(self) -> list[str]:
        return [each for each in self._order if each not in self._cached]

    def outputs_to_render(self) -> list[str]:
        graph = self._job.graph
        return [
            each
            for each in self._fresh()
            if each in self._job.outputs and graph[each]["class_type"] in VIDEO_CLASSES
        ]

    def tell(self, kind: str, data: dict[str, Any], *, kept: bool = True) -> None:
        """Send to the prompt's client; keep what the history repeats."""
        if kept:
            self._job.messages.append([kind, data])
        self._engine.sockets.send(kind, data, self._job.client_id)

    def _stamped(self, **facts: Any) -> dict[str, Any]:
        return {"prompt_id": self._job.prompt_id, **facts, "timestamp": now_ms()}

    def _report(self, kind: str, data: dict[str, Any]) -> None:
        """Progress of a prompt without a client_id goes to everybody, as on a real server."""
        if self._job.client_id is None:
            self._engine.sockets.broadcast(kind, data)
        else:
            self._engine.sockets.send(kind, data, self._job.client_id)

    async def play(self) -> tuple[str, dict[str, Any]]:
        """Run to the end; returns the last message and its data."""
        job = self._job
        job.started_at = time.monotonic()
        if self._fresh():
            self._engine.gpu.make_room(job.reading.model)
        job.trace = self._trace()
        job.real_s = self.real_s
        self._trim_cache()
        began = self._stamped()
        began_ms = int(began["timestamp"])
        self.tell("execution_start", began)
        # prompt_id stands second here in the recordings; order in JSON means nothing.
        self.tell("execution_cached", self._stamped(nodes=list(self._cached)))
        if "deaf_socket" in job.faults:
            self._engine.sockets.deafen(job.client_id)
        try:
            await self._run_nodes()
        except JobInterruptedError:
            return "execution_interrupted", self._interrupted()
        except NodeFailedError as error:
            return "execution_error", self._failed(error)
        else:
            return "execution_success", {**self._stamped(), "timestamp": self._ended_ms(began_ms)}
        finally:
            job.stopped_share = job.played_share

    def _ended_ms(self, began_ms: int) -> int:
        """By the played clock: a clip that is drawn later than played must not lengthen the run."""
        if "stall" in self._job.faults or not self._fresh():
            return now_ms()
        return began_ms + round(self.real_s * 1000)

    def _trace(self) -> GpuTrace:
        job, gpu = self._job, self._engine.gpu
        baseline, total = gpu.baseline_mib, gpu.device.memory_total_mib
        planned = round(job.planned_peak_mib() * gpu.memory_factor) + gpu.leaked_mib
        if planned > total and self._fresh():
            # Too big for the card whatever luck says, as 14B at 720p without block swap is.
            job.faults.setdefault("out_of_vram", Fault(kind="out_of_vram"))
        return GpuTrace(
            device=gpu.device,
            duration_s=self._played_s,
            baseline_mib=baseline,
            peak_mib=min(max(planned, baseline), total),
            load_share=job.profile.load_share,
            is_idle=not self._fresh(),
        )

    def _trim_cache(self) -> None:
        """Only results that this prompt's nodes use survive it."""
        mine = set(self._signatures.values())
        for signature in list(self._engine.cache):
            if signature not in mine:
                del self._engine.cache[signature]

    async def _run_nodes(self) -> None:
        if not self._fresh():
            await asyncio.sleep(_CACHED_RUN_S)
        total = sum(self._weight(each) for each in self._fresh()) or 1.0
        share = 0.0
        for node_id in self._order:
            if node_id in self._cached:
                self._repeat_output(node_id)
                continue
            width = self._weight(node_id) / total
            await self._run_node(node_id, share, width)
            share += width

    def _repeat_output(self, node_id: str) -> None:
        output = self._engine.cache[self._signatures[node_id]]
        if output is not None:
            self._tell_executed(node_id, output)
            self._tell_progress(node_id, 1, 1, "finished")

    async def _run_node(self, node_id: str, share: float, width: float) -> None:
        job, node = self._job, self._job.graph[node_id]
        job.node = node_id
        self._tell_progress(node_id, 0.0, 1.0, "running")
        data = {"node": node_id, "display_node": node_id, "prompt_id": job.prompt_id}
        self._engine.sockets.send("executing", data, job.client_id)
        if job.strike_node(node_id):
            await self._stall()
        if needs_look(job.graph[node_id]):
            await asyncio.to_thread(self._check_files, node_id)
        inputs = node.get("inputs", {})
        for tick in ticks(str(node["class_type"]), inputs, job.reading.work.frames):
            await self._play_until(share + width * tick.share)
            self._tell_tick(node_id, tick)
        await self._play_until(share + width)
        await self._finish_node(node_id)

    def _check_files(self, node_id: str) -> None:
        """Raises: NodeFailedError: an upload that its loader, or the sampler, cannot take."""
        job = self._job
        check_loader(job.graph, node_id, job.input_folder)
        check_camera(job.graph, node_id, job.input_folder, job.reading.work.frames)

    def _tell_tick(self, node_id: str, tick: Tick) -> None:
        self._tell_progress(node_id, tick.value, tick.maximum, "running")
        facts: dict[str, Any] = {"value": tick.value, "max": tick.maximum}
        facts |= {"prompt_id": self._job.prompt_id, "node": node_id}
        is_sampling = tick.maximum == self._job.graph[node_id].get("inputs", {}).get("steps")
        if is_sampling and self._shows_previews:
            self._tell_preview(node_id, tick.value, facts)
        else:
            self._report("progress", facts)

    @property
    def _shows_previews(self) -> bool:
        return "previews" in self._job.faults or wants_previews(self._job.extra_data)

    def _tell_preview(self, node_id: str, step: int, facts: dict[str, Any]) -> None:
        """With facts before the bar's message, without them after it, as recorded."""
        sockets, client_id = self._engine.sockets, self._job.client_id
        picture = preview_picture(step)
        if client_id is not None and sockets.takes_preview_facts(client_id):
            frame = frame_with_facts(picture, node_id, self._job.prompt_id)
            sockets.send_bytes(frame, client_id)
            self._report("progress", facts)
            return
        self._report("progress", facts)
        if client_id is None:
            sockets.broadcast_bytes(plain_frame(picture))
        else:
            sockets.send_bytes(plain_frame(picture), client_id)

    async def _finish_node(self, node_id: str) -> None:
        job = self._job
        output: dict[str, Any] | None = None
        if node_id in job.outputs and "no_output" not in job.faults:
            if job.graph[node_id]["class_type"] in VIDEO_CLASSES:
                self._engine.start_render(job, node_id)  # unless it is drawn already
                await self._rendered(node_id)
            output = self._engine.folder.save(job, node_id)
            self._tell_executed(node_id, output)
        if "Sampler" in str(job.graph[node_id]["class_type"]):
            self._engine.gpu.keep(job.reading.model, job.profile)
        self._tell_progress(
            node_id, job.progress[node_id]["max"], job.progress[node_id]["max"], "finished"
        )
        self._engine.cache[self._signatures[node_id]] = output
        job.executed.append(node_id)

    async def _rendered(self, node_id: str) -> None:
        try:
            await self._job.renders[node_id]
        except (
            OSError,
            ValueError,
            MemoryError,
        ) as error:  # PyAV's errors are ValueErrors, OSErrors
            raise NodeFailedError(type(error).__name__, f"{error}\n") from error

    def _tell_executed(self, node_id: str, output: dict[str, Any]) -> None:
        self._job.ui_outputs[node_id] = output
        data = {
            "node": node_id,
            "display_node": node_id,
            "output": output,
            "prompt_id": self._job.prompt_id,
        }
        self.tell("executed", data, kept=False)

    def _tell_progress(self, node_id: str, value: float, maximum: float, state: str) -> None:
        job = self._job
        job.progress[node_id] = progress_entry(node_id, job.prompt_id, value, maximum, state)
        nodes = {each: dict(entry) for each, entry in job.progress.items()}
        self._report("progress_state", {"prompt_id": job.prompt_id, "nodes": nodes})

    async def _play_until(self, share: float) -> None:
        """Let played time pass up to a share of the run; interrupts and faults act here."""
        job = self._job
        strike = job.strike_share()
        if strike <= share and not job.has_stalled:
            await self._sleep_until(strike)
            if job.strike():
                await self._stall()
        await self._sleep_until(share)

    async def _sleep_until(self, share: float) -> None:
        job = self._job
        wait_s = job.started_at + self.real_s * share - time.monotonic()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, wait_s)):
                await job.aborted.wait()
        if job.is_interrupted or job.is_over():
            raise JobInterruptedError

    async def _stall(self) -> None:
        """No progress for the fault's `seconds` of simulated time, until somebody interrupts, or
        until enough others wait for a server that forgets them all.
        """
        job = self._job
        forgetting = job.faults.get("restart_forgetting")
        if forgetting is None:
            stall_s = self._engine.world.clock.real_s(job.faults["stall"].number("seconds", 1e12))
        else:
            stall_s = forgetting.number("wait_s", 10.0)
        began = time.monotonic()
        while time.monotonic() - began < stall_s:
            if forgetting is not None and self._engine.n_pending >= forgetting.number("waiting", 1):
                raise ServerRestartError
            await asyncio.sleep(min(_POLL_S, stall_s))
            if job.is_interrupted or job.is_over():
                raise JobInterruptedError
        job.started_at += time.monotonic() - began

    def _interrupted(self) -> dict[str, Any]:
        node_id = self._job.node or self._order[0]
        return self._stamped(
            node_id=node_id,
            node_type=self._job.graph[node_id]["class_type"],
            executed=list(self._job.executed),
        )

    def _failed(self, error: NodeFailedError) -> dict[str, Any]:
        node_id = self._job.node or self._order[0]
        node = self._job.graph[node_id]
        return self._stamped(
            node_id=node_id,
            node_type=node["class_type"],
            executed=list(self._job.executed),
            exception_message=error.exception_message,
            exception_type=error.exception_type,
            traceback=['  File "<sandbox>", line 1, in execute\n'],
            current_inputs={
                name: [f"tensor({value})" if isinstance(value, list) else value]
                for name, value in node.get("inputs", {}).items()
            },
            current_outputs=list(self._job.graph),
        )
