"""What a campaign's plan may not be; every refusal names the field, the value and the fix."""

from collections.abc import Sequence
from decimal import Decimal

from videogen.domain.condition import Condition
from videogen.errors import InvalidInputError

MAX_SEED = 2**32 - 1  # Veo takes uint32, ComfyUI more
MAX_RUNS_PER_CAMPAIGN = 10_000
MAX_RATERS = 1_000
MAX_CAP_USD = Decimal(1_000_000)  # more is a slip of the key, and the column holds twelve digits


def check_grid(
    *,
    name: str,
    candidates: Sequence[Condition],
    baselines: Sequence[Condition],
    n_prompts: int,
    n_prompts_max: int,
    seeds: Sequence[int],
    rated_seeds: Sequence[int],
    planned_n_raters: int,
) -> None:
    """Raises: InvalidInputError."""
    if not name.strip():
        raise InvalidInputError("campaign_name_empty", field="name", value=name)
    if not 1 <= n_prompts <= n_prompts_max:
        raise InvalidInputError(
            "n_prompts", field="n_prompts", value=n_prompts, limit=n_prompts_max
        )
    _check_raters(planned_n_raters)
    _check_conditions(candidates, baselines)
    _check_seeds(seeds, rated_seeds)
    n_runs = (len(candidates) + len(baselines)) * n_prompts * len(seeds)
    if n_runs > MAX_RUNS_PER_CAMPAIGN:
        raise InvalidInputError(
            "too_many_runs", field="n_prompts", value=n_runs, limit=MAX_RUNS_PER_CAMPAIGN
        )


def checked_seed(seed: int, field: str = "seed") -> int:
    """Raises: InvalidInputError."""
    if not 0 <= seed <= MAX_SEED:
        raise InvalidInputError("seed_out_of_range", field=field, value=seed, limit=MAX_SEED)
    return seed


def checked_cap(cap_usd: Decimal | None) -> Decimal | None:
    """To the micro dollar that a row holds; None: only the monthly cap holds.

    Raises: InvalidInputError.
    """
    if cap_usd is None:
        return None
    if not cap_usd.is_finite() or not 0 <= cap_usd <= MAX_CAP_USD:
        raise InvalidInputError("cap_usd", field="cap_usd", value=str(cap_usd), limit=MAX_CAP_USD)
    return cap_usd.quantize(Decimal("0.000001"))


def named_conditions(known: Sequence[Condition], names: str, field: str) -> list[Condition]:
    """The conditions of a comma list, in its order.

    Raises: InvalidInputError: one is not known; it names those that are.
    """
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    return conditions_named(known, wanted, field)


def conditions_named(
    known: Sequence[Condition], wanted: Sequence[str], field: str
) -> list[Condition]:
    """Raises: InvalidInputError: one is not known; it names those that are."""
    by_name = {condition.name: condition for condition in known}
    for name in wanted:
        if name not in by_name:
            raise InvalidInputError(
                "condition_unknown", field=field, value=name, known=", ".join(by_name)
            )
    return [by_name[name] for name in wanted]


def _check_raters(planned_n_raters: int) -> None:
    if planned_n_raters < 1:
        raise InvalidInputError("n_raters", field="planned_n_raters", value=planned_n_raters)
    if planned_n_raters > MAX_RATERS:
        raise InvalidInputError(
            "too_many_raters", field="planned_n_raters", value=planned_n_raters, limit=MAX_RATERS
        )


def _check_conditions(candidates: Sequence[Condition], baselines: Sequence[Condition]) -> None:
    if not candidates:
        raise InvalidInputError("no_candidates", field="candidates", value="")
    seen: set[str] = set()
    for field, chosen in (("candidates", candidates), ("baselines", baselines)):
        for condition in chosen:
            if condition.name in seen:
                raise InvalidInputError("condition_twice", field=field, value=condition.name)
            seen.add(condition.name)


def check_seeds(seeds: Sequence[int], field: str = "seeds") -> None:
    """Raises: InvalidInputError: none, one twice, or one out of range."""
    if not seeds:
        raise InvalidInputError("no_seeds", field=field, value="")
    if len(set(seeds)) != len(seeds):
        raise InvalidInputError("seed_twice", field=field, value=list(seeds))
    for seed in seeds:
        checked_seed(seed, field)


def _check_seeds(seeds: Sequence[int], rated_seeds: Sequence[int]) -> None:
    check_seeds(seeds)
    check_seeds(rated_seeds, "rated_seeds")
    for seed in rated_seeds:
        if seed not in seeds:
            known = ", ".join(str(one) for one in seeds)
            raise InvalidInputError(
                "rated_seed_unknown", field="rated_seeds", value=seed, known=known
            )
