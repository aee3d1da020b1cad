"""The schema in GraphQL's own language: what is documented, and two operators' ideas of a station.

Documented: sessions, cards, starts, stops, documents, tariffs. By convention: the shape of the paged lists. Made up: the
kinds of scalars, the nullability, and everything about stations, which the readable documents do not name.
"""

COMMON = '''
"""An ISO 8601 moment."""
scalar DateTime

type Query {
  chargelog(id: ID!): Chargelog
  "The user's charging sessions, newest first."
  chargelogsPaged(pagination: PaginationFilter): ChargelogsPaged
  availableCardsForChargingProcess(connectorId: String!): [Card]
  remoteStartAttemptStatus(id: ID!): RemoteStartAttempt
  accountDocument(id: String): AccountDocument
  accountDocumentsPaged(pagination: PaginationFilter): AccountDocumentsPaged
  contractRateOptions: [ContractRateOption]
  contractPaymentMethods: [ContractPaymentMethod]
}

type Mutation {
  initSession(username: String!, password: String!): SessionTokens
  refreshSession: SessionTokens
  attemptRemoteStart(input: AttemptRemoteStartInput!): RemoteStartAttempt
  remoteStart(authorization: AuthorizationInput!, connector: String!): RemoteStartResponse
  remoteStop(transaction: String!): RemoteStopResponse
}

input PaginationFilter { limit: Int, offset: Int }
type Pagination { totalCount: Int }

type SessionTokens { sessionToken: String, refreshToken: String }

type Chargelog {
  id: ID
  status: ChargelogStatus
  connector: ChargelogConnector
  authId: String
  authType: String
  dateStart: DateTime
  dateEnd: DateTime
  meterStart: Int
  meterEnd: Int
  energyConsumption: Float
  cost: ChargelogCost
  sessionId: String
  rateName: String
}
type ChargelogsPaged { pagination: Pagination, data: [Chargelog] }
type ChargelogConnector { id: ID, label: String }
enum ChargelogStatus { started waiting_for_transaction roaming_start roaming_waiting_for_transaction stopped }
type ChargelogCost {
  costItems: [CostItem]
  total: Float
  currency: String
  tax: Float
  taxAmount: Float
  grossAmount: Float
  grossAmountLocalCurrency: Float
}
type CostItem {
  netAmount: Float
  netAmountLocalCurrency: Float
  grossAmount: Float
  grossAmountLocalCurrency: Float
  taxAmount: Float
  taxAmountLocalCurrency: Float
  taxRate: Float
  description: String
}

type Card { id: ID, tagId: String, number: String, label: String, expiryDate: DateTime, type: String }

type RemoteStartAttempt { id: ID, status: RemoteStartAttemptStatus }
enum RemoteStartAttemptStatus { pending sending failed waiting_for_start_transaction charge_log_attached }
input AttemptRemoteStartInput { connectorId: String!, tagId: String! }
input AuthorizationInput { identifier: String!, type: AuthorizationType! }
enum AuthorizationType { AUTO RFID CONTRACT }
type RemoteStartResponse { status: String, message: String, chargelogId: ID }
type RemoteStopResponse { status: String, code: String, message: String }

type AccountDocument { id: String, type: AccountDocumentType, title: String, documentDate: DateTime, downloadLink: String }
type AccountDocumentsPaged { pagination: Pagination, data: [AccountDocument] }
enum AccountDocumentType { invoice creditnote offer }

type ContractRateOption { uuid: ID, id: ID, name: String }
type ContractPaymentMethod { uuid: ID, applicationId: String, paymentType: String }
'''

ALPHA = '''
extend type Query {
  cpsPaged(pagination: PaginationFilter, filter: CpsFilter): CpsPaged
}
extend type Mutation {
  addCpToFavourites(cpId: ID!): FavouriteResponse
  removeCpFromFavourites(cpId: ID!): FavouriteResponse
}
type FavouriteResponse { status: String, message: String }
extend type AccountDocument { invoiceNumber: String, "With tax." grossAmount: Float, currency: String }
input CpsFilter { position: PositionFilter, favourites: Boolean, search: String }
"""A circle; `radius` in metres."""
input PositionFilter { latitude: Float!, longitude: Float!, radius: Int! }
type CpsPaged { pagination: Pagination, data: [Cp] }
type Cp {
  id: ID
  label: String
  publicDisplayName: String
  status: CpStatus
  position: Position
  address: Address
  isFavourite: Boolean
  connectors: [Connector]
  operatorName: String
  isRoaming: Boolean
}
enum CpStatus { online pending offline no_communication }
type Position { latitude: Float, longitude: Float }
type Address { street: String, houseNumber: String, zip: String, city: String, country: String }
type Connector {
  id: ID
  label: String
  status: ConnectorStatus
  plugType: PlugType
  "In W."
  maxPower: Int
  evseId: String
  price: Price
}
enum ConnectorStatus { AVAILABLE OCCUPIED CHARGING FAULTED UNAVAILABLE RESERVED UNKNOWN }
enum PlugType { TYPE_2 COMBO_2 CHADEMO AC_FIXED_CABLE PANTOGRAPH }
"""Per kWh, per minute and per session, without tax."""
type Price { energyPrice: Float, timePrice: Float, sessionFee: Float, currency: String }
'''

BETA = """
extend type Query {
  "`radius` in km."
  cpsPaged(pagination: PaginationFilter, latitude: Float, longitude: Float, radius: Float, onlyFavorites: Boolean): ChargePointsPaged
}
type ChargePointsPaged { pagination: Pagination, data: [ChargePoint] }
type ChargePoint {
  uuid: ID
  name: String
  state: ChargePointState
  geoLocation: GeoLocation
  street: String
  postalCode: String
  city: String
  evses: [Evse]
  network: String
}
enum ChargePointState { ONLINE PENDING OFFLINE NO_COMMUNICATION }
type GeoLocation { lat: Float, lng: Float }
type Evse {
  uuid: ID
  evseId: String
  status: EvseStatus
  plug: String
  powerKw: Float
  tariffText: String
  availability: Availability
  available: Boolean
}
enum EvseStatus { AVAILABLE BLOCKED CHARGING INOPERATIVE OUTOFORDER RESERVED UNKNOWN }
enum Availability { operative inoperative }
"""

TENANTS = {"alpha": COMMON + ALPHA, "beta": COMMON + BETA}
