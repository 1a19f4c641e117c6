"""Makes AES keys in a KMIP server: two active ones and one that is not for the user "client", an active one
for the user "other". Prints their ids in that order."""

import sys

from kmip import enums
from kmip.pie.client import ProxyKmipClient

port, folder = sys.argv[1:]
usage = [enums.CryptographicUsageMask.ENCRYPT, enums.CryptographicUsageMask.DECRYPT]
for user, states in (("client", (True, True, False)), ("other", (True,))):
    with ProxyKmipClient(
        hostname="127.0.0.1",
        port=int(port),
        cert=f"{folder}/{user}.pem",
        key=f"{folder}/{user}.key",
        ca=folder + "/ca.pem",
        ssl_version="PROTOCOL_TLSv1_2",
    ) as client:
        for active in states:
            key = client.create(
                enums.CryptographicAlgorithm.AES, 256, cryptographic_usage_mask=usage
            )
            if active:
                client.activate(key)
            print(key)
