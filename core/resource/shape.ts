import * as v from "valibot";

/** The number that a card shows well. */
const maxResources = 6;
/** The environment of a function holds 4 KB, and everything else in it needs about half. */
const maxBytes = 1_500;
const maxUrlLength = 200;
/** Schemes that a browser opens itself, some of them as a script of the page: no application is behind these. */
const schemesOfBrowsers = [
  "about:",
  "blob:",
  "chrome:",
  "data:",
  "file:",
  "filesystem:",
  "ftp:",
  "http:",
  "intent:",
  "javascript:",
  "mailto:",
  "sms:",
  "tel:",
  "vbscript:",
  "view-source:",
  "ws:",
  "wss:",
];

// Shapes

const text = (sentence: string, maxLength: number) =>
  v.pipe(
    v.string(sentence),
    v.check((value) => value.trim() === value && value !== "" && value.length <= maxLength, sentence),
    v.regex(/^\P{Cc}*$/u, sentence),
  );
const address = (sentence: string, isAllowed: (url: URL) => boolean) =>
  v.pipe(
    v.string(sentence),
    v.check((value) => isPlain(value) && isAllowed(new URL(value)), sentence),
  );

/** A page elsewhere that the operator recommends. */
const Resource = v.strictObject({
  title: text("A resource's title is one line of 1 to 40 characters.", 40),
  url: address("A resource's url is https://…, of at most 200 characters and without a password.", isHttps),
  description: text("A resource's description is one line of 1 to 100 characters.", 100),
});

/**
 * The resources that an operator offers everybody who is signed in: the desktop client, support, and pages elsewhere.
 */
export const Resources = v.pipe(
  v.strictObject({
    downloadUrl: v.optional(
      address("The downloadUrl is https://…, of at most 200 characters and without a password.", isHttps),
    ),
    launchUrl: v.optional(
      address(
        "The launchUrl is https://… or has a scheme of an application, such as acme://link, with at most 200 characters.",
        // threat: a button of the overview runs a script or opens a file
        (url) => !schemesOfBrowsers.includes(url.protocol) && !hasPassword(url),
      ),
    ),
    supportUrl: v.optional(
      address("The supportUrl is https://…, of at most 200 characters and without a password.", isHttps),
    ),
    items: v.optional(
      v.pipe(
        v.array(Resource, "The items of the resources are a list."),
        v.maxLength(maxResources, `There are at most ${maxResources} resources.`),
        v.check(
          (items) => new Set(items.map(({ url }) => url)).size === items.length,
          "The resources name an address more than once.",
        ),
      ),
      [],
    ),
  }),
  v.check(
    (all) => new TextEncoder().encode(JSON.stringify(all)).length <= maxBytes,
    `The resources have at most ${maxBytes.toLocaleString("en")} bytes as JSON, because the environment of a function holds no more.`,
  ),
);
export type Resources = v.InferOutput<typeof Resources>;

/** Returns whether it is written as it is read: a parser removes spaces, tabs and line ends. */
function isPlain(value: string): boolean {
  return /^[\x21-\x7e]+$/.test(value) && value.length <= maxUrlLength && URL.canParse(value);
}

function isHttps(url: URL): boolean {
  // threat: a link to another site goes without https or shows a password
  return url.protocol === "https:" && !hasPassword(url);
}

function hasPassword({ username, password }: URL): boolean {
  return username !== "" || password !== "";
}
