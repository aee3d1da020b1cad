"""What the CPO API's documents show of answers: names and types; see documented.py for the notation."""

from tests.simulator.documented import BOOL, LIST, OBJECT, TEXT, TEXT0, Field

#: the quickstart's token
TOKEN: dict[str, Field] = {
    "access_token": TEXT,
    "expires_in": (int,),
    "token_type": TEXT,
}
#: a list which is read by offset; `links.next` and `links.prev` are named in prose
LISTED: dict[str, Field] = {"data": LIST, "meta": OBJECT, "links": OBJECT}
PAGINATION: dict[str, Field] = {
    "total": (int,),
    "offset": (int,),
    "limit": (int,),
    "lastPage": BOOL,
}
LINKS: dict[str, Field] = {"current": TEXT, "next?": TEXT, "prev?": TEXT}
ITEM: dict[str, Field] = {"type": TEXT, "id": TEXT, "attributes": OBJECT}
#: the quickstart's station; that a station may lack what its modem would tell is our reading
STATION: dict[str, Field] = {
    "label": TEXT,
    "chargeBoxIdentity": TEXT,
    "iccid": TEXT0,
    "imsi": TEXT0,
    "serialnumber": TEXT,
    "firmwareVersion": TEXT,
}
WINDOW: dict[str, Field] = {
    "cpId": TEXT,
    "connectorId": TEXT0,
    "comment": TEXT0,
    "startDate": TEXT,
    "endDate": TEXT,
}
