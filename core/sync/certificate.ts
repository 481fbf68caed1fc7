import * as v from "valibot";
import { sha256 } from "../base/hash.ts";
import * as ID from "../base/id.ts";
import { existing } from "../departure/departure.ts";
import { describe } from "../departure/describe.ts";
import { failures as departureFailures } from "../departure/failures.ts";
import { departureKeys } from "../departure/keys.ts";
import { fn } from "../kernel/fn.ts";
import { epoch, instant, settings } from "../kernel/ports.ts";
import { failures as keyFailures } from "../key/failures.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Limits from "../rate/limits.ts";
import * as Windows from "../rate/windows.ts";
import { signJws } from "./jws.ts";

// What is known of a departure at a moment, signed by a key that devices know. KMS signs few bytes, so what is signed is a
// hash of the text.

// threat: a certificate passes for something else that the deployment signs
const typ = "muster-departure+jwt";

export const Certificate = v.object({
  /** The certificate, as JSON text. Keep it as it is: the signature is about exactly this text. */
  certificate: v.string(),
  /**
   * A JWS (EdDSA) by one of the keys of `listSigningKeys`, whose `typ` is `muster-departure+jwt` and whose payload has the
   * base64url SHA-256 `hash` of the text, beside `iss`, `sub` (the departure), `organization` and `iat`.
   */
  signature: v.string(),
});

/** Returns a departure as it stands now, signed. */
export const certify = fn(
  "sync.certify",
  {
    input: v.strictObject({ departure: ID.schema("departure") }),
    output: Certificate,
    failures: [departureFailures.missing, keyFailures.unavailable, Windows.failures.limited],
    reads: ({ departure }, { organization }) => [
      departureKeys.departure(organization, departure),
      organizationKeys.organization(organization),
    ],
  },
  async (_, { organization }, [row, organizationRow]) => {
    const departure = existing(row);
    await Windows.take(Limits.certificates, organization);
    const { id, at, account, name, reason, by, isMember, devices, secrets } = await describe(organization, departure);
    const issuer = settings().siteUrl;
    const certificate = JSON.stringify({
      issuer,
      issuedAt: instant(),
      organization: { id: organization, name: organizationRow?.name },
      departure: id,
      person: { account, name, isMember },
      reason,
      endedAt: at,
      endedBy: by,
      devices: devices.map((device) => ({
        ...device,
        wipe: device.wipedAt === undefined ? "not_confirmed" : "confirmed",
      })),
      secrets,
    });
    // threat: any text passes for a signed certificate
    // threat: the signature does not say whose departure it is about
    const payload = { iss: issuer, sub: id, organization, iat: epoch(), hash: sha256(certificate) };
    return { certificate, signature: await signJws(typ, payload) };
  },
);
