"""The documents of the vendor's pages, word for word but for the ids."""

LOG_IN = 'mutation { initSession(username: "driver@example.org", password: "s3cret") { sessionToken refreshToken } }'
REFRESH = "mutation { refreshSession { sessionToken refreshToken } }"
CHARGELOG = """query { chargelog(id: "6f1c2f0e-52d1-4a55-9a0a-0f6f4f7f9a10") {
  id status connector { id label } authId authType dateStart dateEnd meterStart meterEnd energyConsumption
  cost { costItems { netAmount netAmountLocalCurrency grossAmount grossAmountLocalCurrency taxAmount taxAmountLocalCurrency taxRate description }
         total currency tax taxAmount grossAmount grossAmountLocalCurrency }
  sessionId rateName } }"""
CARDS = """query { availableCardsForChargingProcess(connectorId: "0b7d9a54-1f3b-4c1e-8f0e-6f5c1c6f2d11") {
  id tagId number label expiryDate type } }"""
ATTEMPT = """mutation { attemptRemoteStart(input: {connectorId: "0b7d9a54-1f3b-4c1e-8f0e-6f5c1c6f2d11", tagId: "04A1B2C3"}) {
  id status } }"""
ATTEMPT_STATUS = 'query { remoteStartAttemptStatus(id: "a-77") { id status } }'
START = """mutation { remoteStart(authorization: {identifier: "04A1B2C3", type: AUTO},
  connector: "0b7d9a54-1f3b-4c1e-8f0e-6f5c1c6f2d11") { __typename } }"""
STOP = 'mutation { remoteStop(transaction: "6f1c2f0e-52d1-4a55-9a0a-0f6f4f7f9a10") { status code message } }'
TARIFFS = "query { contractRateOptions { uuid id name } contractPaymentMethods { uuid applicationId paymentType } }"
DOCUMENTS = """query docs($pagination: PaginationFilter) {
  accountDocumentsPaged(pagination: $pagination) { pagination { totalCount } data { id type title documentDate downloadLink } } }"""
CHARGELOGS = """query { chargelogsPaged(pagination: {limit: 10, offset: 0}) { pagination { totalCount }
        data { id status connector { id label } dateStart dateEnd energyConsumption rateName } } }"""

ALL = (
    LOG_IN,
    REFRESH,
    CHARGELOG,
    CARDS,
    ATTEMPT,
    ATTEMPT_STATUS,
    START,
    STOP,
    TARIFFS,
    DOCUMENTS,
    CHARGELOGS,
)

#: not the vendor's: everything that the two simulated operators tell of stations
ALPHA_STATIONS = """query($pagination: PaginationFilter, $filter: CpsFilter) { cpsPaged(pagination: $pagination, filter: $filter) {
  pagination { totalCount } data { id label publicDisplayName status position { latitude longitude }
    address { street houseNumber zip city country } isFavourite operatorName isRoaming
    connectors { id label status plugType maxPower evseId price { energyPrice timePrice sessionFee currency } } } } }"""
BETA_STATIONS = """query($pagination: PaginationFilter, $latitude: Float, $longitude: Float, $radius: Float, $onlyFavorites: Boolean) {
  cpsPaged(pagination: $pagination, latitude: $latitude, longitude: $longitude, radius: $radius, onlyFavorites: $onlyFavorites) {
  pagination { totalCount } data { uuid name state geoLocation { lat lng } street postalCode city network
    evses { uuid evseId status plug powerKw tariffText availability available } } } }"""
