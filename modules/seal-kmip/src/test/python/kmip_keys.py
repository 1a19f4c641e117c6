"""Makes two AES keys in a KMIP server, activates them, and one that stays inactive; prints their ids."""

import sys

from kmip import enums
from kmip.pie.client import ProxyKmipClient

port, folder = sys.argv[1:]
usage = [enums.CryptographicUsageMask.ENCRYPT, enums.CryptographicUsageMask.DECRYPT]
client = ProxyKmipClient(
    hostname="127.0.0.1",
    port=int(port),
    cert=folder + "/client.pem",
    key=folder + "/client.key",
    ca=folder + "/ca.pem",
    ssl_version="PROTOCOL_TLSv1_2",
)
with client:
    for active in (True, True, False):
        key = client.create(enums.CryptographicAlgorithm.AES, 256, cryptographic_usage_mask=usage)
        if active:
            client.activate(key)
        print(key)
