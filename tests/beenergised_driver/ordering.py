"""An operator of our own making that takes commands, with a driver who has cards."""

from .tenant import DOCUMENTED, Tenant

STATIONS = """
    extend type Query { cpsPaged(favourites: Boolean, limit: Int): CpsPaged }
    type CpsPaged { data: [Cp] }
    type Cp {
        id: ID, isRoaming: Boolean, isFavourite: Boolean, connectors: [Connector]
    }
    type Connector { id: ID, label: String }
    scalar Anything
    extend type Mutation {
        addFavourite(cpId: ID!): Anything
        removeFavourite(cpId: ID!): RemoteStopResponse
    }
"""
CARDS = [
    {"id": "c1", "tagId": "TAG-1", "number": "AT-1", "label": "Work"},
    None,
    {"id": None, "tagId": "TAG-2", "number": "AT-2", "label": None},
    {"id": "c3", "tagId": None, "number": "AT-3", "label": "No tag"},
    {"id": "c4", "tagId": "TAG-4", "number": " ", "label": ""},
    {"id": "c5", "tagId": "TAG-5", "number": "AT-1", "label": "x"},
]
RUNS = {"id": "log", "status": "started"}
OVER = {"id": "log", "status": "STOPPED"}


def ordering() -> Tenant:
    """Return an operator with stations of its own and of others."""
    stations = [
        {"id": "s1", "isRoaming": False, "connectors": [{"id": "own"}, {"label": "?"}]},
        {"id": "s2", "isRoaming": True, "connectors": [{"id": "foreign"}]},
        {"id": "s3", "isRoaming": None, "connectors": [{"id": "untold"}]},
    ]
    return Tenant(
        DOCUMENTED + STATIONS,
        cpsPaged={"data": stations},
        availableCardsForChargingProcess=CARDS,
        attemptRemoteStart={"id": "a", "status": "pending"},
        remoteStartAttemptStatus={"id": "a", "status": "pending"},
        remoteStart={"status": "success"},
        remoteStop={"status": "success"},
        chargelog=RUNS,
    )
