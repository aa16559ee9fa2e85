"""Every text is there in English."""

from tongxing.ground import translations


def test_every_string_has_an_english_text_and_no_catalogue_is_stale():
    assert not "\n".join(translations.faults())
