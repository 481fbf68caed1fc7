import * as v from "valibot";
import { Email, PersonName } from "../account/shape.ts";
import { emptyText, plainLine } from "../base/shape.ts";
import { hostOf, ServiceUrl } from "../net/shape.ts";
import { postings } from "../organization/shape.ts";

/** Sections of the settings that are saved separately. */
export const sections = ["general", "features", "models", "sources", "websites", "teams"] as const;
export type Section = (typeof sections)[number];

export const modelLabels = ["accurate", "fast"] as const;
export const modalities = ["text", "image", "audio", "video"] as const;
export const modelStates = ["available", "preview", "deprecated"] as const;

/** The countries of ISO 3166-1, by their two-letter codes. */
export const countries = (
  "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY " +
  "BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK " +
  "FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR " +
  "IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK " +
  "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM " +
  "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF " +
  "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
).split(" ");

const phone = (maxLength: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.maxLength(maxLength, `The phone number may have at most ${maxLength} characters.`),
    v.regex(/^\+?[\d ()./#x-]*$/, "A phone number has digits, spaces, and + ( ) . / - # x, such as +49 30 1234567."),
    v.check((text) => text.replace(/\D/g, "").length >= 3, "A phone number has at least 3 digits."),
  );
/** A phone number of at most 20 characters, as Stripe takes it. */
export const Phone = phone(20);
/** A phone number. A new one may have at most 20 characters, as Stripe takes it; a longer one that is saved stays. */
export const SavedPhone = phone(40);
/** The country, by its two letters of ISO 3166-1. */
export const Country = v.pipe(
  v.string(),
  v.check((code) => countries.includes(code), "Expected the two letters of a country by ISO 3166-1, such as DE."),
);
/** Street and number. */
export const Street = plainLine("street", 120);
/** The city. */
export const City = plainLine("city", 80);
/** The state, province, or region. In AR, AU, BR, CA, IN, JP, MX, MY, and US a new one is one of the country, by its name. */
export const Region = plainLine("state", 80);
/** The postal code. */
export const PostalCode = plainLine("postal code", 20);

/** The person to contact. */
export const Contact = {
  /** The name of the person. */
  name: PersonName,
  email: Email,
  phone: Phone,
  /** The address that Stripe sends invoices and emails about payment to. Without it, they go to the contact. */
  billingEmail: Email,
};
export const Address = { country: Country, street: Street, city: City, state: Region, postalCode: PostalCode };

/** The updates of the organization. */
export const Updates = {
  /**
   * The people who can post updates to the organization: every member with the role Write or above, or only owners and
   * admins. Where it is off there are no updates at all.
   */
  posting: v.picklist(postings, `Expected ${postings.join(", ")}.`),
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The directories that hold no organization: that of personal Microsoft accounts, and the empty id. */
const notDirectories = ["9188040d-6c67-4c5b-b112-36a304b66dad", "00000000-0000-0000-0000-000000000000"];

/** The id of a directory of Microsoft Entra, which Microsoft also calls the tenant ID. */
const DirectoryId = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.regex(uuid, "A directory ID has 32 digits and letters from a to f, such as 2b1c7e0a-94f3-4d1e-8a55-6f0c3d9b7e21."),
  // threat: everybody with a Microsoft account counts as a member of the directory
  v.check((id) => !notDirectories.includes(id), "This is not the directory of an organization."),
);
/** The issuer of an OpenID Connect provider. It is compared as it stands. */
const Issuer = v.pipe(
  ServiceUrl,
  v.check((text) => !hasPort(text), "Remove the port: an issuer is at port 443."),
  v.check((text) => !text.includes("/.well-known/"), "Enter the issuer alone, without /.well-known/ and what follows."),
  v.check((text) => !isOfEntra(text), "For Microsoft Entra, enter the directory ID instead."),
);
/** The client ID that an OpenID Connect provider gave. */
const ClientId = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, emptyText("client ID")),
  v.maxLength(255, "The client ID may have at most 255 characters."),
  v.regex(/^[\x21-\x7e]+$/, "A client ID has no spaces, and only plain letters, digits, and signs."),
);
/** The organization's own provider for signing in: its directory of Microsoft Entra, or OpenID Connect. */
export const SingleSignOn = { directoryId: DirectoryId, issuer: Issuer, clientId: ClientId };

const hasPort = (text: string) => URL.canParse(text) && new URL(text).port !== "";
const isOfEntra = (text: string) => /(^|\.)(login\.microsoftonline\.(com|us)|sts\.windows\.net)$/.test(hostOf(text));
