"""The report in a real browser: quiet, closed to the network, and everything on it works."""

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from tales import HOSTILE, a_call, a_hostile_session, a_session, report_of

from jnlpspy.export.html.markup import visible
from jnlpspy.model.session import Outcome

BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(BROWSER is None or DRIVER is None, reason="chromium and chromedriver are not there")

SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,900",
)

SESSIONS = [
    *a_session(1, a_call(1, 1.0, 0.25), a_call(2, 2.0, 4.0, Outcome.THREW), a_call(3, 3.0, 0.002)),
    *a_session(2, a_call(4, 1.0, 1.5), name="agent-2"),
    *a_session(3, name="agent-3"),
    *a_session(4, name="agent-4"),
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A browser with an empty profile, ended with its driver."""
    assert BROWSER is not None
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for switch in (*SWITCHES, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(DRIVER))
    started.set_page_load_timeout(30)
    try:
        yield started
    finally:
        started.quit()


@pytest.fixture
def page(browser: webdriver.Chrome, tmp_path: Path) -> webdriver.Chrome:
    """The report on several sessions."""
    return opened(browser, tmp_path, report_of(SESSIONS))


def opened(browser: webdriver.Chrome, folder: Path, report: str) -> webdriver.Chrome:
    file = folder / "report.html"
    file.write_text(report, "utf-8")
    log_of(browser, "browser")
    log_of(browser, "performance")
    browser.get(file.as_uri())
    return browser


def log_of(browser: webdriver.Chrome, kind: str) -> list[str]:
    """What was logged since it was asked for last."""
    return [str(entry["message"]) for entry in browser.get_log(kind)]  # type: ignore[no-untyped-call] # selenium's own


def column(page: webdriver.Chrome, table: str, number: int) -> list[str]:
    """The texts of a column, of the rows that are shown."""
    script = """
        return [...document.querySelectorAll(`#${arguments[0]} tbody tr`)].filter((row) => row.offsetParent)
            .map((row) => row.cells[arguments[1]].textContent)
    """
    found: list[str] = page.execute_script(script, table, number)
    return found


def head(page: webdriver.Chrome, table: str, number: int) -> "webdriver.remote.webelement.WebElement":
    return page.find_elements(By.CSS_SELECTOR, f"#{table} th span")[number]


def shown_sessions(page: webdriver.Chrome) -> list[str]:
    return [
        each.get_attribute("id") or ""
        for each in page.find_elements(By.CSS_SELECTOR, "article.session")
        if each.is_displayed()
    ]


CALL, DURATION = 3, 7


@pytest.mark.parametrize("hostile", [False, True])
def test_it_loads_without_an_error_and_asks_for_nothing(
    browser: webdriver.Chrome, tmp_path: Path, *, hostile: bool
) -> None:
    page = opened(
        browser, tmp_path, report_of(a_hostile_session(1) if hostile else SESSIONS, HOSTILE if hostile else "s")
    )
    assert log_of(page, "browser") == []
    told = [json.loads(entry)["message"] for entry in log_of(page, "performance")]
    sent = [each["params"] for each in told if each["method"] == "Network.requestWillBeSent"]
    assert [each["request"]["url"] for each in sent if each["documentURL"] == page.current_url] == [page.current_url]
    if hostile:
        assert page.title == f"{visible(HOSTILE)} · jnlpspy report"
        assert page.find_elements(By.CSS_SELECTOR, "img") == []


def test_what_is_not_ours_cannot_run(browser: webdriver.Chrome, tmp_path: Path) -> None:
    smuggled = "<script>document.title = 'ran'</script><p onclick='x()' style='color: red'>x</p><img src='x.png'>"
    page = opened(browser, tmp_path, report_of(SESSIONS).replace("<main", f"{smuggled}<main", 1))
    assert page.title == "s.pcapng · jnlpspy report"
    assert len([each for each in log_of(page, "browser") if "Content Security Policy" in each]) >= 3


def test_tables_sort_by_what_a_column_means(page: webdriver.Chrome) -> None:
    assert column(page, "calls", CALL) == ["c1", "c2", "c3", "c4"]
    head(page, "calls", DURATION).click()
    assert column(page, "calls", DURATION) == ["2.0 ms", "250 ms", "1.5 s", "4.0 s"]
    heading = head(page, "calls", DURATION).find_element(By.XPATH, "..")
    assert heading.get_attribute("aria-sort") == "ascending"
    head(page, "calls", DURATION).click()
    assert column(page, "calls", DURATION) == ["4.0 s", "1.5 s", "250 ms", "2.0 ms"]
    assert heading.get_attribute("aria-sort") == "descending"


def test_the_keyboard_sorts_too(page: webdriver.Chrome) -> None:
    head(page, "calls", CALL).send_keys(Keys.ENTER)
    head(page, "calls", CALL).send_keys(Keys.SPACE)
    assert column(page, "calls", CALL) == ["c4", "c3", "c2", "c1"]


def test_a_filter_leaves_the_rows_that_have_all_words(page: webdriver.Chrome) -> None:
    field = page.find_element(By.ID, "calls-filter")
    field.send_keys("THREW job2")
    assert column(page, "calls", CALL) == ["c2"]
    assert page.find_element(By.CSS_SELECTOR, "#calls output").text == "1 of 4 rows"
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(Keys.DELETE)
    assert len(column(page, "calls", CALL)) == 4
    assert page.find_element(By.CSS_SELECTOR, "#calls output").text == "4 rows"


def test_a_session_is_chosen_by_name_and_by_link(page: webdriver.Chrome) -> None:
    assert shown_sessions(page) == []
    page.find_element(By.CSS_SELECTOR, "#session option[value='2']").click()
    assert shown_sessions(page) == ["s2"]
    assert column(page, "calls", CALL) == ["c4"]
    assert len(column(page, "commands", 0)) == 1
    page.find_element(By.CSS_SELECTOR, "#sessions a[href='#s1']").click()
    assert shown_sessions(page) == ["s1"]
    assert column(page, "calls", CALL) == ["c1", "c2", "c3"]
    page.find_element(By.CSS_SELECTOR, "#session option[value='']").click()
    assert len(column(page, "calls", CALL)) == 4


def test_it_is_light_or_dark_as_the_reader_has_it_or_wants_it(page: webdriver.Chrome) -> None:
    def background() -> str:
        color: str = page.execute_script("return getComputedStyle(document.body).backgroundColor")
        return color

    def prefer(scheme: str) -> None:
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", media)

    switch = page.find_element(By.ID, "theme")
    prefer("light")
    light = background()
    switch.click()
    dark = background()
    assert light != dark
    assert switch.get_attribute("aria-pressed") == "true"
    switch.click()
    assert background() == light
    prefer("dark")
    page.refresh()
    assert background() == dark
    assert page.find_element(By.ID, "theme").get_attribute("aria-pressed") == "true"
    prefer("light")


def test_what_is_printed_is_whole_and_light(page: webdriver.Chrome) -> None:
    page.find_element(By.ID, "theme").click()
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        style = "const style = getComputedStyle(document.querySelector(arguments[0])); return style[arguments[1]]"
        assert page.execute_script(style, "body", "backgroundColor") == "rgb(255, 255, 255)"
        assert page.execute_script(style, "#calls .scroll", "overflow") == "visible"
        assert page.execute_script(style, "#calls .scroll", "maxHeight") == "none"
        assert page.execute_script(style, "nav", "display") == "none"
        assert shown_sessions(page) == ["s1", "s2", "s3", "s4"]
        page.execute_script("document.getElementById('session').value = '2'")
        page.execute_script("document.getElementById('session').dispatchEvent(new Event('change'))")
        assert shown_sessions(page) == ["s2"], "one that was chosen is printed alone"
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    printed = base64.b64decode(page.print_page())
    assert printed.startswith(b"%PDF-")


def test_nothing_is_wider_than_a_narrow_screen(page: webdriver.Chrome) -> None:
    metrics = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        assert page.execute_script("return document.documentElement.scrollWidth") <= 390
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
