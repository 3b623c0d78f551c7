"""WAN models on Replicate as a back end; an external id is a prediction's."""

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from videogen.backends.bounded_client import BoundedClient
from videogen.backends.replicate.endpoint import Endpoint, replicate_endpoint
from videogen.backends.replicate.failures import (
    json_object,
    refused_question,
    refused_start,
    unanswered_start,
)
from videogen.backends.replicate.inputs import sent_file
from videogen.backends.replicate.prediction import clip_address, observation, without_clip
from videogen.backends.replicate.profiles import FILE_WORDS, ModelProfile, load_profiles
from videogen.backends.vendor_address import trust
from videogen.backends.vendor_backend import VendorBackend
from videogen.backends.vendor_download import save_clip
from videogen.domain.condition import BackendKind
from videogen.domain.generation import (
    GenerationRequest,
    GenerationState,
    Observation,
)
from videogen.errors import (
    BackendError,
    BackendUnavailableError,
    DownloadFailedError,
    OutcomeUncertainError,
)

START_TIMEOUT_S = 60.0
CALL_TIMEOUT_S = 30.0
AN_ID = re.compile(r"[\w-]{1,100}", re.ASCII)  # what a row and an address can hold
ACCOUNT_LIFE_S = 60.0  # how long an answer about the account is good for


class ReplicateBackend(VendorBackend[Endpoint, ModelProfile, httpx.Client]):
    """No retries but of what costs nothing."""

    kind = BackendKind.REPLICATE
    can_cancel = True
    vendor = "Replicate"
    credentials = "token"
    live_interval_s = 5.0

    def __init__(
        self,
        *,
        base_url: str | None = None,
        token: SecretStr | None = None,
        profiles: Mapping[str, ModelProfile] | None = None,
        start_timeout_s: float = START_TIMEOUT_S,
    ) -> None:
        """Raises: InvalidInputError: `base_url` is neither Replicate's nor this machine's."""
        where = replicate_endpoint(base_url=base_url, token=token)
        super().__init__(where, load_profiles() if profiles is None else profiles)
        self._start_timeout_s = start_timeout_s
        self._account: tuple[float, BackendError | None] | None = None

    def fingerprint(self, request: GenerationRequest) -> Mapping[str, Any]:
        """Of an official model Replicate tells no version; a pinned one is ours to tell."""
        profile = self._profiles.get(request.condition.model)
        pinned = None if profile is None else profile.version
        return {} if pinned is None else {"model_version": pinned}

    def submit(self, request: GenerationRequest, token: str) -> str:  # noqa: ARG002 it has no labels
        """Start one clip and return its id; sent at most once, whatever happens."""
        self.preflight(request)
        profile = self._profiles[request.condition.model]
        values = profile.values(request) | self._files(profile, request)
        self._submit_interval_s = profile.submit_interval_s
        path = f"/v1/models/{profile.model}/predictions"
        body: dict[str, Any] = {"input": values}
        if profile.version is not None:
            path, body = "/v1/predictions", {"version": profile.version, "input": values}
        try:
            answer = self._http().post(path, json=body, timeout=self._start_timeout_s)
        except httpx.HTTPError as error:
            raise unanswered_start(self.name, profile.model, error) from None
        if answer.status_code not in (200, 201, 202):
            raise refused_start(self.name, profile, answer)
        external_id = json_object(answer).get("id")
        if not isinstance(external_id, str) or not AN_ID.fullmatch(external_id):
            detail = "an answer without an id"
            raise OutcomeUncertainError(self.name, detail=detail, model=profile.model)
        return external_id

    def poll(self, external_id: str) -> Observation:
        prediction = self._prediction(external_id)
        if prediction is None:
            return Observation(state=GenerationState.MISSING)
        return observation(prediction)

    def cancel(self, external_id: str) -> None:
        """Ask it to stop; it is charged all the same.

        Raises: BackendUnavailableError: it was not heard.
        """
        try:
            answer = self._http().post(f"{_path(external_id)}/cancel")
        except httpx.HTTPError as error:
            raise BackendUnavailableError(self.name, detail=type(error).__name__) from None
        if answer.status_code >= 500 or answer.status_code in (408, 429):
            raise refused_question(self.name, answer)
        # Any other refusal: it has ended, or is unknown, and there is nothing to stop.

    def _save(self, external_id: str, destination: Path) -> None:
        prediction = self._prediction(external_id)
        if prediction is None:
            raise DownloadFailedError(self.name, detail="the prediction is no longer known")
        address = clip_address(prediction)
        if address is None:
            raise DownloadFailedError(self.name, detail=without_clip(prediction))
        if not self._endpoint.may_be_asked(address):
            raise DownloadFailedError(self.name, detail="an address that is not Replicate's")
        save_clip(self._endpoint, address, destination)

    def _prediction(self, external_id: str) -> Mapping[str, Any] | None:
        """None when Replicate does not know it (any more).

        Raises: BackendUnavailableError, SignInError.
        """
        try:
            answer = self._http().get(_path(external_id))
        except httpx.HTTPError as error:
            raise BackendUnavailableError(self.name, detail=type(error).__name__) from None
        if answer.status_code == 404:
            return None
        prediction = json_object(answer)
        if answer.status_code != 200 or not prediction.get("status"):
            raise refused_question(self.name, answer)
        return prediction

    def _files(self, profile: ModelProfile, request: GenerationRequest) -> dict[str, str]:
        return {
            name: sent_file(self.name, self._http().post, request.inputs[word])
            for word, name in profile.fields.items()
            if word in FILE_WORDS and word in request.inputs
        }

    def _check_account(self) -> None:
        """Costs nothing and proves the token. Raises: BackendUnavailableError, SignInError."""
        if self._account is None or time.monotonic() - self._account[0] > ACCOUNT_LIFE_S:
            self._account = (time.monotonic(), self._asked_account())
        if self._account[1] is not None:
            raise self._account[1]

    def _asked_account(self) -> BackendError | None:
        try:
            answer = self._http().get("/v1/account", timeout=CALL_TIMEOUT_S)
        except httpx.HTTPError as error:
            return BackendUnavailableError(self.name, detail=type(error).__name__)
        is_account = answer.status_code == 200 and bool(json_object(answer))
        return None if is_account else refused_question(self.name, answer)

    def _http(self) -> httpx.Client:
        """One client, kept: its connections are too. A redirect would carry the token away."""
        with self._lock:
            if self._client is None:
                where = self._endpoint
                self._client = BoundedClient(
                    base_url=where.base_url,
                    headers=where.headers(),
                    timeout=CALL_TIMEOUT_S,
                    trust_env=where.is_vendor,
                    follow_redirects=False,
                    verify=trust(),
                )
            return self._client


def _path(external_id: str) -> str:
    return f"/v1/predictions/{quote(external_id, safe='')}"
