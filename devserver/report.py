"""What `make run` says once all answers."""

from devserver.plan import Plan
from devserver.readiness import reachable
from shared.settings import Settings


def ready_line(plan: Plan) -> str:
    """Return the addresses, and what stands in for what the environment does not name."""
    settings = plan.settings
    doors = {"web": f"API {_url(settings.host, settings.port)}/api/v1/docs"}
    doors["flower"] = f"Flower {_url(settings.host, settings.flower_port)}"
    addresses = "  ".join(door for name, door in doors.items() if name in plan.processes)
    return f"Copydesk is ready: {addresses}  ({'; '.join([_engine(settings), *_embedded(plan)])})"


def _url(host: str, port: int) -> str:
    name = reachable(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _engine(settings: Settings) -> str:
    if settings.keyless:
        return "engine: offline rules"
    where = settings.openai_base_url
    return f"engine: {settings.openai_model}" + (f" at {where.host}" if where else "")


def _embedded(plan: Plan) -> list[str]:
    if not plan.stores:
        return []
    folder = plan.settings.data_dir
    shown = folder if folder.is_absolute() else f"./{folder}"
    return [f"{' and '.join(store.title for store in plan.stores)} embedded in {shown}"]
