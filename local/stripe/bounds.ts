import { invalid } from "./refusal.ts";

// What Stripe documents apart from the parameters: the types of the library, and their comments, cannot say it.

/** https://docs.stripe.com/metadata#data */
const metadataLimits = { keys: 50, key: 40, value: 500 };
const maxUrl = 5_000;
/** Of a customer: `maxLength` in https://github.com/stripe/openapi, which the library's comments leave out for two. */
const maxLengths = { name: 256, email: 512, phone: 20 };
const shownCharacters = 10;

/** @throws Refusal of metadata, or of an address, that Stripe does not take */
export function refuseBeyond(params: object, path = ""): void {
  for (const [name, value] of Object.entries(params)) {
    const param = path === "" ? name : `${path}[${name}]`;
    if (name === "metadata" && isObject(value)) refuseMetadata(value, param);
    else if (/(^|_)url$/.test(name) && typeof value === "string" && value !== "") refuseUrl(value, param);
    else if (isObject(value)) refuseBeyond(value, param);
  }
}

function refuseMetadata(metadata: object, param: string): void {
  for (const [key, value] of Object.entries(metadata)) {
    // threat: Stripe's stand-in stores metadata that Stripe refuses
    if (key.length > metadataLimits.key) {
      throw invalid(`Invalid key: ${key} must be a string under ${metadataLimits.key} characters`, { param });
    }
    if (String(value).length > metadataLimits.value) {
      throw invalid(`Invalid val: ${value} must be a string under ${metadataLimits.value} characters`, { param });
    }
  }
  refuseManyKeys(metadata, param);
}

/** @throws Refusal of more metadata than an object has room for, with what it had before */
export function refuseManyKeys(metadata: object, param = "metadata"): void {
  // threat: Stripe's stand-in has room for more metadata than Stripe
  if (Object.keys(metadata).length > metadataLimits.keys) {
    throw invalid(`Metadata can have up to ${metadataLimits.keys} keys.`, { param });
  }
}

/** @throws Refusal of a name, an email address, or a phone number of a customer that is too long */
export function refuseLong(customer: { name?: string; email?: string; phone?: string }): void {
  for (const [param, most] of Object.entries(maxLengths) as [keyof typeof maxLengths, number][]) {
    const text = customer[param] ?? "";
    // threat: Stripe's stand-in stores a phone number that Stripe refuses
    if (text.length > most) {
      const shown = `${text.slice(0, shownCharacters)}...${text.slice(-shownCharacters)}`;
      throw invalid(`Invalid string: ${shown}; must be at most ${most} characters`, { param });
    }
  }
}

/** https://docs.stripe.com/error-codes#url-invalid: an address says how it is reached. */
function refuseUrl(url: string, param: string): void {
  // threat: a page of Stripe's stand-in leads back to a path, which at Stripe is none of ours
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw invalid("Not a valid URL", { code: "url_invalid", param });
  }
  if (url.length > maxUrl) throw invalid(`Invalid URL: URL must be ${maxUrl} characters or less.`, { param });
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
