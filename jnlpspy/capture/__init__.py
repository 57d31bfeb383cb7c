"""Files: pcap and pcapng to observations and back."""
