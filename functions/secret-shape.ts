import * as v from "valibot";

const text = (name: string, fewest: number) =>
  v.pipe(
    v.string(`MUSTER secrets: the ${name} is not a text.`),
    v.minLength(fewest, `MUSTER secrets: the ${name} needs at least ${fewest} characters.`),
  );

const instant = v.pipe(v.string(), v.isoTimestamp());

/** The secrets, part by part; each is read where it is used, so that an invalid one stops nothing else. */
export const shapes = {
  /** The key that authenticates codes, cursors, links and browser marks. */
  pepper: text("pepper", 32),
  /** The value that CloudFront sends to the API. */
  origin: v.optional(text("origin", 16)),
  /** The replaced values, for as long as they are valid beside the new ones. A malformed one is ignored. */
  previous: v.fallback(
    v.optional(
      v.object({
        pepper: v.optional(v.object({ value: text("pepper", 32), usedUntil: instant, validUntil: instant })),
        origin: v.optional(v.object({ value: text("origin", 16), validUntil: instant })),
      }),
    ),
    undefined,
  ),
  /** Stripe's key, and the signing secrets of its webhooks, if seats are for sale. */
  stripe: v.optional(
    v.object(
      {
        key: v.pipe(
          v.string("MUSTER secrets: stripe's key is not a text."),
          v.regex(/^(sk|rk)_\w+$/, "MUSTER secrets: stripe's key is a secret key, sk_…, or a restricted one, rk_…."),
        ),
        webhooks: v.optional(
          v.array(
            v.pipe(v.string(), v.regex(/^whsec_\w+$/, "MUSTER secrets: each of stripe's webhooks is whsec_….")),
            "MUSTER secrets: stripe's webhooks are a list of the signing secrets that are valid.",
          ),
          [],
        ),
      },
      "MUSTER secrets: stripe must be an object with a key.",
    ),
  ),
} as const;

export type Part = keyof typeof shapes;
export type PartOf<P extends Part> = v.InferOutput<(typeof shapes)[P]>;
export type StripeSecrets = NonNullable<PartOf<"stripe">>;
/** The secrets as stored, of which only the type object is known. */
export type Stored = Readonly<Record<string, unknown>>;

/**
 * Parses the stored JSON.
 * @throws a sentence that repeats nothing of it
 */
export function parseStored(json: string): Stored {
  let stored: unknown;
  try {
    stored = JSON.parse(json);
  } catch {
    throw new Error("The secrets of Muster are not JSON.");
  }
  if (Array.isArray(stored) || !v.is(v.record(v.string(), v.unknown()), stored)) {
    throw new Error("MUSTER secrets: they must be an object.");
  }
  return stored;
}

/**
 * Reads one part of the stored secrets.
 * @throws a sentence that repeats nothing of it
 */
export function partOf<P extends Part>(stored: Stored, part: P): PartOf<P> {
  const result = v.safeParse(shapes[part], stored[part]);
  if (!result.success) throw new Error(result.issues.map((issue) => issue.message).join("\n"));
  return result.output;
}
