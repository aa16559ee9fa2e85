import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ("夷陵区民政局", "为什么处理", "保存多久", "怎样保护", "不同意", "投诉", "更正", "撤回")),
        ("en", ("夷陵区民政局", "Why, and on what basis", "how long", "protected", "refused", "Complaints", "corrected", "withdraw")),
    ],
)
def test_the_notice_is_open_to_everybody_and_says_what_the_law_asks(settings, language, words):
    """PIPL 17, 30: purpose, storage, safeguards, what refusal means, complaints, correction."""
    settings.PRIVACY_OPERATOR = "夷陵区民政局"
    notice = Client(headers={"accept-language": language}).get("/privacy/").content.decode()
    for said in words:
        assert said in notice, said
