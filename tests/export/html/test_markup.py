"""HTML in which foreign text is nothing but text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import parse

from jnlpspy.export.html.markup import Markup, element, join, number, text, visible

HOSTILE = "</script><img src=x onerror=alert(1)>\"' & <!-- \u202e\x00\x1b[2J\ud800"


def test_text_is_escaped_and_markup_is_not_escaped_again() -> None:
    assert element("p", "a < b", element("b", "&")) == "<p>a &lt; b<b>&amp;</b></p>"
    assert text(text("<")) == "&lt;"


def test_attributes_are_quoted_named_and_left_out() -> None:
    made = element("td", "x", class_="a b", data_order=1.5, aria_label='"<', title=None)
    assert made == '<td class="a b" data-order="1.5" aria-label="&quot;&lt;">x</td>'


def test_elements_without_an_end_have_none() -> None:
    assert element("input", type="search") == '<input type="search">'


@pytest.mark.parametrize("attribute", ["onclick", "style", "src", "action", "onerror"])
def test_no_attribute_acts(attribute: str) -> None:
    with pytest.raises(ValueError, match="expected an attribute that cannot act"):
        element("p", **{attribute: "x"})


def test_links_stay_in_the_page() -> None:
    assert element("a", "x", href="#s1") == '<a href="#s1">x</a>'
    with pytest.raises(ValueError, match="got href"):
        element("a", "x", href="javascript:alert(1)")


@given(st.text())
def test_whatever_a_text_is_it_reads_back_as_it_is_seen(foreign: str) -> None:
    page = parse(element("div", element("p", foreign, title=foreign), join([foreign])))
    (div,) = page.children
    assert not isinstance(div, str)
    paragraph = div.one("p")
    assert paragraph.text == visible(foreign)
    assert paragraph.attributes["title"] == visible(foreign)
    assert div.text == visible(foreign) * 2


def test_what_cannot_be_seen_is_marked() -> None:
    assert visible("a\u202eb\x00c\nd\ud800") == "a\ufffdb\ufffdc d\ufffd"
    assert visible("Grüße 日本") == "Grüße 日本"
    made = element("p", HOSTILE)
    assert not {"\u202e", "\x00", "\x1b", "\ud800"} & set(made)
    assert parse(made).one("p").text == visible(HOSTILE)


def test_numbers_are_short_and_plain() -> None:
    assert [number(each) for each in (0.0, 1.0, 1.239, 1e15, -0.5)] == ["0", "1", "1.24", "1000000000000000", "-0.5"]


def test_markup_stays_markup_only_if_it_was_made_here() -> None:
    assert isinstance(element("p"), Markup)
    assert not isinstance(element("p") + "<", Markup)
