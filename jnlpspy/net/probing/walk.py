"""Doctor's walk from the inputs to the controller's verdict on name and secret."""

from collections.abc import Sequence

from jnlpspy.model.tap import Address
from jnlpspy.net.announcement import Announcement
from jnlpspy.net.probing.discovery import advertise, discover, look_for_agent, obtain_jnlp
from jnlpspy.net.probing.handshake import Expected, shake_hands
from jnlpspy.net.probing.plan import Plan
from jnlpspy.net.probing.port import look_at_port
from jnlpspy.net.probing.reaching import resolve
from jnlpspy.net.probing.scene import Scene, Stopped
from jnlpspy.net.probing.steps import Outcome, StepName
from jnlpspy.net.probing.upgrade import look_at_upgrade
from jnlpspy.net.target import RootUrl


async def walk(scene: Scene, plan: Plan, problems: Sequence[str] = ()) -> None:
    """Look at all that an agent would meet, in its order, until something stops it; the scene is told of every step.

    Args:
        scene: Where it takes place.
        plan: What to look at.
        problems: Why inputs are of no use, in words; with any, an agent would not even start.
    """
    if problems:
        scene.report(StepName.INPUTS, Outcome.FAILED, problems[0], *problems[1:])
        return
    scene.report(StepName.INPUTS, *_describe_plan(plan))
    for root in plan.roots:
        try:
            await _walk_from(scene, plan, root)
        except Stopped:
            continue  # an agent tries the next URL
        return
    if plan.direct is not None:
        try:
            await _walk_directly(scene, plan, plan.direct)
        except Stopped:
            return


async def _walk_from(scene: Scene, plan: Plan, root: RootUrl) -> None:
    if plan.jnlp_url is not None:
        await obtain_jnlp(scene, plan, root, plan.jnlp_url)
    if plan.websocket:
        await look_at_upgrade(scene, plan, root)
        return
    announced = await discover(scene, plan, root)
    await advertise(scene, plan, root, announced)
    await look_at_port(scene, plan, announced.address)
    if plan.credentials and plan.name is not None:
        await look_for_agent(scene, plan, root, plan.name)
    await shake_hands(scene, plan, announced.address, _expected(announced))


async def _walk_directly(scene: Scene, plan: Plan, address: Address) -> None:
    if plan.proxies.for_port(address.host) is None:
        await scene.run(StepName.DNS, lambda note: resolve(scene, address.host, note))
    await look_at_port(scene, plan, address)
    by = "given with -instanceIdentity" if plan.identity is not None else "-direct needs -instanceIdentity"
    await shake_hands(scene, plan, address, Expected(plan.identity, by))


def _expected(announced: Announcement) -> Expected:
    missing = announced.identity is None
    return Expected(announced.identity, "discovery announced none that is valid" if missing else "announced")


def _describe_plan(plan: Plan) -> tuple[Outcome, str]:
    if not plan.goes_anywhere:
        return Outcome.SKIPPED, "no URL and no -direct: nothing to connect to"
    where = ", ".join(map(str, plan.roots)) or str(plan.direct)
    how = " over WebSocket" if plan.websocket else f" by way of {_describe_tunnel(plan)}" if plan.tunnel else ""
    who = f" as {plan.shown_name!r}" if plan.name is not None else ", no name given"
    malformed = plan.proxies.malformed
    if malformed is not None:
        shown = malformed.rpartition("@")[2]  # a password may stand before it
        return Outcome.WARNING, f"to {where}{how}{who}; http_proxy is no URL, and agents do not use it: {shown!r}"
    return Outcome.OK, f"to {where}{how}{who}"


def _describe_tunnel(plan: Plan) -> str:
    tunnel = plan.tunnel
    return "" if tunnel is None else f"{tunnel.host or ''}:{tunnel.port or ''}"
