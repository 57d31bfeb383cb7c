from jnlpspy.model.negotiation import Capability, Offer


def test_a_capability_names_its_bits() -> None:
    assert Capability(0x1FE).names == (
        "multi-classloader",
        "pipe throttling",
        "mimic exception",
        "prefetch",
        "greedy RemoteInputStream",
        "proxy writer",
        "chunked encoding",
        "ProxyException fallback",
    )
    assert Capability(1 << 40 | 1).names == ("unused", "bit 40")


def test_chunks_are_one_of_the_bits() -> None:
    assert Capability(0xFE).chunked
    assert not Capability(0x7E).chunked


def test_an_offer_names_a_protocol() -> None:
    assert Offer("Protocol:Ping").protocol == "Ping"
    assert Offer("Hello").protocol == "Hello"
