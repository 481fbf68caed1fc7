import type { ClaimRow, ProfileRow } from "../account/row.ts";
import type { DayRow, EventRow, LoggedRow, StatsRow } from "../audit/row.ts";
import { fold } from "../base/fold.ts";
import { sha256 } from "../base/hash.ts";
import * as ID from "../base/id.ts";
import type { Role } from "../base/role.ts";
import type { RequestRow, WatermarkRow } from "../base/row.ts";
import type { BreakerRow, DifferencesRow, DirtyRow, ReportRow } from "../billing/row.ts";
import type { DomainClaimRow, DomainRow } from "../domain/row.ts";
import type { ChunkRow, ImportNameRow, ImportRow, ImportSettingRow, OutcomeRow } from "../import/row.ts";
import type { AddressRow, DueRow } from "../invitation/row.ts";
import type { DataKeyRow } from "../key/row.ts";
import type { CountRow } from "../limit/row.ts";
import type { ImportMailsRow, MailingRow } from "../mail/row.ts";
import type { MemberRow } from "../member/row.ts";
import type { GrantRow, OrganizationRow } from "../organization/row.ts";
import type { PurgedRow, PurgingRow } from "../purge/row.ts";
import type { FoundRow } from "../search/row.ts";
import type { SecretRow } from "../secret/row.ts";
import type { FlowRow, SessionRow } from "../session/row.ts";
import type { TeamCountRow, TeamNameRow, TeamRow, TeamWordRow } from "../team/row.ts";
import { billingKeys } from "./billing-keys.ts";
import { deviceKeys } from "./device-keys.ts";
import { figureKeys } from "./figure-keys.ts";
import { counter, inPart, position } from "./key-text.ts";
import { Terms } from "./lists.ts";
import { mailKeys } from "./mail-keys.ts";
import { notificationKeys } from "./notification-keys.ts";
import { settingKeys } from "./setting-keys.ts";
import type { Key, Range } from "./table.ts";
import { updateKeys } from "./update-keys.ts";

type Account = ID.ID<"account">;
type Address = ID.ID<"address">;
type Domain = ID.ID<"domain">;
type Import = ID.ID<"import">;
type Organization = ID.ID<"organization">;
type Team = ID.ID<"team">;
/** An owner of an outbox and a log. */
export type Owner = Organization | Account;

/**
 * Every key pattern of the table. An id is its own key segment; a singleton starts with "#".
 * People own what they are and do; an organization owns the rest and lists its people through the index.
 * Stream: F follow, V view. Every read by key is consistent.
 *
 *   pk           sk            holds                                   read by                 stream  ttl
 *   adr_H        #account      the account with this address           get
 *   adr_H        org_X         what the address is there: invited,     get, query org_                 90 d once
 *                              a member, or a former member                                            it ended
 *   adr_H        #mail         bounces and complaints                  get
 *   adr_H        #trial        the trial that it used, or that a       get                             400 d
 *                              checkout holds
 *   acc_A        #profile      the account                             get
 *   acc_A        ses_H         a session; H hashes its token           get, query ses_                 expiresAt
 *   acc_A        org_X         a membership                            get, query org_         V
 *   acc_A        ntf_N         a notification, and its mail's status   get, query ntf_                 30 d
 *   acc_A        #inbox        which notifications are read            get
 *   acc_A        digest#day    a daily digest, and its mail's status   get                             30 d
 *   acc_A        dev_D         a device; hashes of its tokens          get, query dev_                 90 d after
 *                                                                                                      its end
 *   acc_A        shown#dev_D   which organization shows a device       query shown#
 *   acc_A        idem#hash     what a request was answered             get                             24 h
 *   idem#hash    idem#hash     the same for a network without a        get                             24 h
 *                              session
 *   org_X        #org          the organization row                    get
 *   org_X acc_A  #stats        head of the log, numbers for display    get
 *   org_X        #grant        until when seats are granted to it      get
 *   org_X        #billing      its Stripe customer, what is paid       get
 *                              there, and the seat operation under way
 *   org_X        bill#ntf_N    a mail about payment to its billing     get                             30 d
 *                              address, and its status
 *   org_X        #reclaim      the last reclaim of unused seats        get
 *   org_X#bil    at#op_O       a change of seats, by when it began     query
 *   org_X        #automatic    that seats are added automatically      list
 *   org_X#seat_requests acc_A  seats that a member last requested      get, query                      44 d
 *   org_X        imp_I         an import: its file, its state, counts  get, query imp_                90 d
 *   org_X        #imports      the account of scripts                  get
 *   org_X        #importing    the running import                      get
 *   org_X        file#etag#n   the import that had this content        get                            90 d
 *   org_X        upl#hash      an upload that was announced            get                            90 d
 *   org_X        #devices      how its devices stood when they were    get
 *                              last counted
 *   org_X        dom_H         a domain; H hashes its name             get, query dom_
 *   dom_H        #claim        the organization that has verified it   get
 *   org_X        #purging      the progress of its purge               get
 *   org_X        #purged       how much of it was purged, and when     get                            400 d
 *   imp_I        chk#000007    a chunk of the file, and its progress   get                            90 d
 *   imp_I        out#000000097 outcomes of the rows after that one     get, query out#                90 d
 *   imp_I        #mails        counts of its mails, and their pause    get                             90 d
 *   imp_I        mail#000…012  the mails of one of its events          get, query mail#               90 d
 *   org_X#out    evt_E         an event that just happened             query                   F
 *   acc_A#out    evt_E         the same for an account                 query                   F
 *   org_X#log    000000000012  the event, chained                      query                   F
 *   org_X#log    day#…         where a day begins in the log           get
 *   org_X#set    now#section   a section of the settings               get
 *   org_X#set    now#team_T    what a team overrides of the settings   get, query now#team_
 *   org_X#set    rev#000000042 what a revision of the settings changed
 *   org_X        #rollout      that a rollout is under way, its devices get
 *   org_X#set    part#hash     a part of a long list                   get
 *   org_X#fig    seats#day     members and seats at the end of a day   get, query                      430 d
 *                active#day    how many members were active on it      query                           430 d
 *                on#day#acc_A  that a member is counted there          get                             4 d
 *   org_X#coh    coh#hash      members of the same teams and choices   query coh#
 *   org_X#coh    acc_A         where a member is counted               get, query acc_
 *   org_X#teams  team_T        a team                                  get
 *   org_X#teams  name#folded   the team of this name                   get, query name#
 *   org_X#teams  word#word#team_T  a word that finds a team            query word#
 *   org_X#teams  count#team_T  how many members a team has             get
 *   org_X#sec    sec_S         a stored API key of a provider, sealed  get, query sec_
 *   org_X#dev    dev_D         a device, as owners and admins see it   get, query                      90 d after
 *                                                                                                      its end
 *   org_X#end    dev_D         a device that has ended, for departures get
 *   org_X#got#acc_A  dev_D#sec_S   that a device fetched a secret      get, query dev_
 *   org_X#dep    dpt_D         a member who left, or a revoked device  get, query
 *   dev_D        rcp#000…12    one of its receipts, as it was signed   get, query                      90 d
 *   org_X#find#b term#acc_A    a word that finds a member              query
 *   org_X#feed team_T#feed   upd_U  an update, with the start of its text   get, query      V
 *                #pins         the pinned ones                         get
 *                #news         changes when something in it does       get
 *                acc_A         when a member last looked at it         get                            90 d
 *   org_X#terms team_T#terms   w:word#upd_U  a word that finds an update; also t:tag, a:acc_A   query
 *   org_X#reported  upd_U, upd_U#com_C   the reports of a text that wait for a decision   get, query
 *   upd_U        #text         its whole text, and where it is         get
 *   upd_U        rev#000001    what it said before an edit             query rev#
 *   upd_U        com_C         a comment                               get, query com_         V
 *   upd_U        acc_A         what a member did with it, and with     get, query acc_         V
 *                acc_A#com_C   one of its comments
 *   flow_F       #flow         a sign-in under way                     get                             10 min
 *   dc_H         #code         a device that somebody is linking; H    get                             10 min
 *                              hashes its device code
 *   uc_H         #code         the device code of a user code          get                             10 min
 *   rate#n#h#w   #count        counters of one limit                   change                          2 windows
 *   rate#n#h#0   #count        send tokens, and a rate that is lower   get, change                     1 h idle
 *   rate#n#h#0   #count        until when a device's waits are taken                                   1 h idle
 *   rate#n#h#0   #count        until when a budget of mails is used up change                          30 d idle
 *   rate#n#h#w   #count        outcomes of invitation mails by sender, change, get                     3 weeks,
 *                              of codes to strangers by network                                  3 hours
 *   due#hour     org_X#inv     invitations that end in this hour       query                           90 d later
 *   digests#hour#n  at#acc_A   whose daily digest is due then          query                           7 d later
 *   backlog#day#kind  pk|sk    a row whose mail waited or failed then  get, query                      9 d
 *   dirty#n      org_X         marked dirty: compare it with Stripe    query                           when done
 *   rep#2026-11  rep_R         findings of a billing sweep, or who     get, query                      400 d
 *                              let sweeps continue
 *   rep_R        dif#000001    a hundred of its differences            query dif#                      400 d
 *   #clock       name          the schedule's progress                 get
 *   #settings    #operator     the operator's own defaults             get
 *   #settings    #catalog      models and applications to choose from  get
 *   #clock       #breaker      the circuit breaker of billing sweeps   get                             when reset
 *
 *   The table of data keys, which has no stream and backups of one day:
 *   org_X        dek_D         a data key, wrapped                     get, query
 *
 *   list         rank
 *   org_X#mem    name#acc      members by name
 *   org_X#inv#n  p#expiresAt#… addresses that are not members: pending by their end,
 *                e#endedAt#…   ended ones (declined, revoked, expired),
 *                f#leftAt#…    and former members
 *   orgs#2026-11 createdAt#org organizations by the month of their creation, except deleted ones:
 *   orgs#deleted deletedAt#org deleted organizations
 *   orgs#purged  at#org        records of purged organizations
 *   subs#2026-11-24 sub        subscriptions by the day on which they began at Stripe
 *   imports#open at#imp        imports that have not ended, by when to check on them
 *   domains#due  at#org        domains by when to check them next
 *   grants#due   at#org        grants of seats that have an end, by it
 *   seats#due    at#org        automatic seats, by when to look at them
 *   rollouts#open at#org       rollouts that are running, by their start
 *   accounts#behind at#acc     events in accounts' outboxes, and heads of accounts' logs that may be unannounced
 */
export const Keys = {
  claim: (address: Address): Key<ClaimRow> => ({ pk: address, sk: "#account" }),
  addressIn: (organization: Organization, address: Address): Key<AddressRow> => ({ pk: address, sk: organization }),
  organizationsInviting: (address: Address): Range<AddressRow> => ({ pk: address, prefix: "org_" }),

  ofAccount: (account: Account) => ({ pk: account }),
  profile: (account: Account): Key<ProfileRow> => ({ pk: account, sk: "#profile" }),
  session: (account: Account, session: ID.ID<"session">): Key<SessionRow> => ({ pk: account, sk: session }),
  sessions: (account: Account): Range<SessionRow> => ({ pk: account, prefix: "ses_" }),
  member: (organization: Organization, account: Account): Key<MemberRow> => ({ pk: account, sk: organization }),
  organizationsOf: (account: Account): Range<MemberRow> => ({ pk: account, prefix: "org_" }),
  ...notificationKeys,
  /** What a request was answered, by its account and key. */
  answersAndNotifications: (account: Account) => ({ pk: account, from: "idem#", to: "ntf_~" }),
  request: (account: Account, name: string): Key<RequestRow> => ({ pk: account, sk: `idem#${sha256(name)}` }),
  /** The same for a network without a session. */
  publicRequest: (network: string, name: string): Key<RequestRow> => ({
    pk: `idem#${sha256(network)}`,
    sk: `idem#${sha256(name)}`,
  }),

  organization: (organization: Organization): Key<OrganizationRow> => ({ pk: organization, sk: "#org" }),
  grant: (organization: Organization): Key<GrantRow> => ({ pk: organization, sk: "#grant" }),
  ...billingKeys,
  import: (organization: Organization, id: Import): Key<ImportRow> => ({ pk: organization, sk: id }),
  imports: (organization: Organization): Range<ImportRow> => ({ pk: organization, prefix: "imp_" }),
  importSetting: (organization: Organization): Key<ImportSettingRow> => ({ pk: organization, sk: "#imports" }),
  importing: (organization: Organization): Key<ImportNameRow> => ({ pk: organization, sk: "#importing" }),
  importedFile: (organization: Organization, { etag, size }: { etag: string; size: number }): Key<ImportNameRow> => ({
    pk: organization,
    sk: `file#${etag}#${size}`,
  }),
  receivedUpload: (organization: Organization, upload: string): Key<ImportNameRow> => ({
    pk: organization,
    sk: `upl#${sha256(upload)}`,
  }),
  domain: (organization: Organization, domain: Domain): Key<DomainRow> => ({ pk: organization, sk: domain }),
  domains: (organization: Organization): Range<DomainRow> => ({ pk: organization, prefix: "dom_" }),
  domainClaim: (domain: Domain): Key<DomainClaimRow> => ({ pk: domain, sk: "#claim" }),
  purging: (organization: Organization): Key<PurgingRow> => ({ pk: organization, sk: "#purging" }),
  purged: (organization: Organization): Key<PurgedRow> => ({ pk: organization, sk: "#purged" }),
  chunk: (id: Import, number: number): Key<ChunkRow> => ({ pk: id, sk: `chk#${String(number).padStart(6, "0")}` }),
  outcome: (id: Import, after: number): Key<OutcomeRow> => ({ pk: id, sk: `out#${position(after)}` }),
  ofImport: (id: Import): Range<ChunkRow | OutcomeRow | ImportMailsRow | MailingRow> => ({ pk: id }),
  chunks: (id: Import): Range<ChunkRow> => ({ pk: id, prefix: "chk#" }),
  outcomes: (id: Import): Range<OutcomeRow> => ({ pk: id, prefix: "out#" }),
  /** Those of the rows after `from` up to `to`. */
  outcomesBetween: (id: Import, from: number, to: number): Range<OutcomeRow> => ({
    pk: id,
    from: `out#${position(from)}`,
    to: `out#${position(to - 1)}`,
  }),
  stats: (owner: Owner): Key<StatsRow> => ({ pk: owner, sk: "#stats" }),
  event: (owner: Owner, event: ID.ID<"event">): Key<EventRow> => ({ pk: `${owner}#out`, sk: event }),
  outbox: (owner: Owner): Range<EventRow> => ({ pk: `${owner}#out` }),
  logged: (owner: Owner, seq: number): Key<LoggedRow> => ({ pk: `${owner}#log`, sk: position(seq) }),
  log: (owner: Owner): Range<LoggedRow> => ({ pk: `${owner}#log` }),
  day: (owner: Owner, date: string): Key<DayRow> => ({ pk: `${owner}#log`, sk: `day#${date}` }),
  team: (organization: Organization, team: Team): Key<TeamRow> => ({ pk: `${organization}#teams`, sk: team }),
  teamName: (organization: Organization, name: string): Key<TeamNameRow> =>
    inPart(organization, "teams", `name#${fold(name)}`),
  teams: (organization: Organization) => ({ pk: `${organization}#teams` }),
  teamNames: (organization: Organization): Range<TeamNameRow> => ({ pk: `${organization}#teams`, prefix: "name#" }),
  teamWord: (organization: Organization, word: string, team: Team): Key<TeamWordRow> =>
    inPart(organization, "teams", `word#${word}#${team}`),
  /** Words that begin like this. */
  teamWords: (organization: Organization, start: string): Range<TeamWordRow> => ({
    pk: `${organization}#teams`,
    prefix: `word#${start}`,
  }),
  teamCount: (organization: Organization, team: Team): Key<TeamCountRow> =>
    inPart(organization, "teams", `count#${team}`),
  found: (organization: Organization, bucket: string, term: string, account: Account): Key<FoundRow> => ({
    pk: `${organization}#find#${bucket}`,
    sk: `${term}#${account}`,
  }),
  finding: (organization: Organization, bucket: string): Range<FoundRow> => ({ pk: `${organization}#find#${bucket}` }),
  holding: (organization: Organization, role: Role): Range<FoundRow> => ({
    pk: `${organization}#find#@`,
    prefix: Terms.role(role),
  }),
  /** Which members are in which teams, by team and name: `team_T#name#acc_A`. */
  placements: (organization: Organization): Range<FoundRow> => ({ pk: `${organization}#find#+`, prefix: "team_" }),
  placed: (organization: Organization, team: Team): Range<FoundRow> => ({
    pk: `${organization}#find#+`,
    prefix: Terms.team(team),
  }),
  /** Who leads a team, as far as search rows know. */
  leading: (organization: Organization, team: Team): Range<FoundRow> => ({
    pk: `${organization}#find#+`,
    prefix: Terms.lead(team),
  }),
  secret: (organization: Organization, secret: ID.ID<"secret">): Key<SecretRow> => ({
    pk: `${organization}#sec`,
    sk: secret,
  }),
  secrets: (organization: Organization): Range<SecretRow> => ({ pk: `${organization}#sec`, prefix: "sec_" }),
  ...deviceKeys,
  ...figureKeys,
  ...mailKeys,
  ...settingKeys,
  ...updateKeys,
  dataKey: (organization: Organization, dataKey: ID.ID<"dataKey">): Key<DataKeyRow> => ({
    pk: organization,
    sk: dataKey,
    table: "keys",
  }),
  dataKeys: (organization: Organization): Range<DataKeyRow> => ({ pk: organization, table: "keys" }),

  flow: (flow: ID.ID<"flow">): Key<FlowRow> => ({ pk: flow, sk: "#flow" }),
  limit: (name: string, who: string, window: number): Key<CountRow> => counter(name, who, window),
  due: (hour: string, organization: Organization): Key<DueRow> => ({ pk: `due#${hour}`, sk: `${organization}#inv` }),
  dueIn: (hour: string): Range<DueRow> => ({ pk: `due#${hour}` }),
  dirty: (organization: Organization): Key<DirtyRow> => ({
    pk: `dirty#${ID.lastDigit(organization) % dirtyShards}`,
    sk: organization,
  }),
  dirtyIn: (part: number): Range<DirtyRow> => ({ pk: `dirty#${part}` }),
  report: (report: ID.ID<"report">): Key<ReportRow> => ({ pk: `rep#${ID.madeAt(report).slice(0, 7)}`, sk: report }),
  reports: (month: string): Range<ReportRow> => ({ pk: `rep#${month}` }),
  differences: (report: ID.ID<"report">, part: number): Key<DifferencesRow> => ({
    pk: report,
    sk: `dif#${String(part).padStart(6, "0")}`,
  }),
  differencesOf: (report: ID.ID<"report">): Range<DifferencesRow> => ({ pk: report, prefix: "dif#" }),
  watermark: (name: string): Key<WatermarkRow> => ({ pk: "#clock", sk: name }),
  breaker: (): Key<BreakerRow> => ({ pk: "#clock", sk: "#breaker" }),
};

/** Number of partitions of the dirty markers. */
export const dirtyShards = 16;
