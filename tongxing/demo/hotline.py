"""A fortnight at the desk of 12355: a dozen calls, one of them an alarm about a child on file, one promise that nobody kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from tongxing.accounts.models import Post
from tongxing.children.models import Child
from tongxing.demo.life import on_day
from tongxing.demo.staff import Staff
from tongxing.ground.today import CHINA, as_of, now
from tongxing.hotline import actions, queries
from tongxing.hotline.actions import Draft
from tongxing.hotline.models import Call

TOWN = 420506001000


@dataclass(frozen=True, slots=True)
class Told:
    """One call: so many days ago, at which hour, how long, what came of it."""

    days: int
    at: time
    minutes: int
    result: str
    draft: Draft
    situation: str = ""
    to: str = ""
    answer: str = ""
    back: int | None = None  # hours until the call-back that is promised
    reached: str = ""


MOTHER = Draft(
    caller="parent",
    topic="study",
    phone="13986700021",
    name="李女士",
    place=TOWN,
    said="在东莞打工，孩子初二，期中考试后不愿意和她说话，怕他不想读书了。",
    risk="calm",
    advice="建议每天固定时间视频十分钟，先问生活再问成绩；约学校心理老师谈一次。",
)
BOY = Draft(
    caller="child",
    topic="mood",
    phone="15971600388",
    place=TOWN,
    said="男孩，十三岁，说晚上睡不着，想妈妈，班上有人笑他。",
    risk="troubled",
    advice="听他讲了二十分钟，教了呼吸放松，约定明天再通话。",
    counsel="提到爷爷喝酒后骂人，没有动手。没有自伤的念头。下次谈爷爷。",
)
TOLD = (
    Told(13, time(9, 12), 8, "answered", MOTHER),
    Told(12, time(19, 40), 24, "counselled", BOY, back=20, reached="reached"),
    Told(
        11,
        time(10, 5),
        6,
        "referred",
        Draft(
            caller="grandparent",
            topic="law",
            phone="0717-7820011",
            name="王爷爷",
            place=TOWN,
            said="儿子离婚后不给孩子抚养费，问怎么办。",
            advice="告知可以申请法律援助。",
            risk="calm",
        ),
        to="office:county_officer",
        answer="已联系司法所，约王爷爷周四到法律援助站办理。",
    ),
    Told(
        10,
        time(16, 30),
        5,
        "answered",
        Draft(caller="parent", topic="benefits", phone="18872500119", said="问事实无人抚养儿童的补贴要什么材料。", advice="告知到户籍地村委会申请，带户口簿和证明。", risk="calm"),
    ),
    Told(8, time(20, 15), 17, "counselled", replace(BOY, said="昨天按约定做了放松，睡得好一点。", counsel="情绪平稳一些。"), reached=""),
    Told(7, time(11, 20), 3, "answered", replace(MOTHER, said="已经和学校老师联系上，问国家资助怎么申请。", topic="schooling", advice="告知找班主任申请。")),
    Told(
        5,
        time(8, 50),
        4,
        "referred",
        Draft(
            caller="neighbour",
            topic="guardian",
            phone="13507200456",
            name="不愿说",
            place=TOWN,
            said="楼下一个小姑娘放学后常常一个人在家到很晚。",
            risk="troubled",
            child="女孩，七八岁，穿红色校服",
        ),
        to="office:supervisor",
    ),
    Told(
        4,
        time(14, 10),
        9,
        "answered",
        Draft(caller="teacher", topic="internet", phone="13677110987", name="周老师", said="学生沉迷手机游戏，问怎样和家长沟通。", advice="发给他家长会材料。", risk="calm"),
        back=24,
    ),
    Told(
        2,
        time(21, 5),
        12,
        "counselled",
        Draft(caller="child", topic="growing_up", phone="", said="女孩，不愿说姓名，问身体发育的事。", advice="解释是正常的，推荐可靠的读物。", risk="calm"),
    ),
)


def answer(staff: Staff, children: list[Child], now: date) -> None:
    """The desk works through its fortnight; yesterday's alarm is about a child of the town."""
    agent = next(post for post in staff.known if post.role == "hotline_agent")
    child = next((each for each in children if each.scope_place // 1000 * 1000 == TOWN), None)
    for told in TOLD:
        _take(told, agent, now)
    if child is not None:
        _take(_alarm(child), agent, now)
    for days, result in ((9, "silent"), (6, "silent"), (3, "abusive"), (0, "silent")):
        with on_day(now - timedelta(days=days)):
            actions.one_tap(result=result, by=agent)


def _alarm(child: Child) -> Told:
    draft = Draft(
        caller="neighbour",
        topic="violence",
        phone="13972512366",
        name="隔壁邻居",
        place=child.scope_place,
        where="老街中段，门口有棵桂花树",
        child_name=child.name,
        child="男孩，十来岁" if child.sex == "1" else "女孩，十来岁",
        said="昨晚又听见隔壁打孩子，哭了很久，今天没有看见他去上学。",
        risk="danger",
        advice="告知已经报告，值班人员会马上处理；请他不要自己上门理论。",
    )
    return Told(1, time(9, 35), 7, "reported", draft, situation="domestic_violence", back=None)


def _take(told: Told, agent: Post, today: date) -> Call:
    """One call from its first ring to its end, and what was promised in it."""
    begins = datetime.combine(today - timedelta(days=told.days), told.at, CHINA)
    with on_day(begins.date()), as_of(begins):
        call = actions.keep(call=actions.begin(by=agent), draft=told.draft, by=agent)
        if told.draft.child_name:
            call = actions.look_for_child(call=call, by=agent)
        if told.situation:
            actions.alarm(call=call, situation=told.situation, by=agent)
        with as_of(begins + timedelta(minutes=told.minutes)):
            rows = actions.refer(call=call, posts=queries.receivers(told.to, told.draft.place or agent.place_id), by=agent) if told.to else []
            back = actions.promise(call=call, due_at=now() + timedelta(hours=told.back), by=agent, words="问一问情况有没有好转") if told.back else None
            done = actions.finish(call=call, result=told.result, by=agent)
        if told.answer:
            with as_of(begins + timedelta(hours=5)):
                for row in rows[:1]:
                    actions.answer(referral=row, words=told.answer, by=row.post)
        if back and told.reached:
            with as_of(back.due_at - timedelta(hours=1)):
                actions.call_back(row=back, reached=told.reached, words="按约定通话，情绪好一些。", by=agent)
        return done
