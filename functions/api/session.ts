import * as Session from "@muster/core/session/session.ts";
import type { Context } from "hono";
import { Hono } from "hono/quick";
import * as v from "valibot";
import { clearSession, setSession } from "./credentials.ts";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

const { account, session, token } = Session.SignedIn.entries;
const InBrowser = v.object({ account, session });
const InScript = v.object({ account, session, token });

/** A browser gets its session as a cookie. */
export const asCookie = {
  status: 201,
  shape: InBrowser,
  // a foreign page must not sign anybody in to an account of its choice
  ownPagesOnly: true,
  answer: (c: Context<Env>, opened: v.InferOutput<typeof Session.SignedIn>) => {
    setSession(c, opened.token, opened.browser);
    return { account: opened.account, session: opened.session };
  },
} as const;

export const signIn = new Hono<Env>()
  /**
   * Request a sign-in code. Emails a code that works for {session.codeMinutes} minutes. The response is the same
   * whether the address has an account or not.
   */
  .post("/", command(Session.requestCode, { id: "requestSignInCode", status: 202 }))
  /** Sign in with a cookie. For browsers. Sets the session as a cookie. An address without an account gets one. */
  .post("/code", command(Session.signIn, { id: "signInWithCookie", ...asCookie }))
  /**
   * Sign in with a token. For scripts. Returns the session as a bearer token. An address without an account gets one.
   */
  .post(
    "/token",
    command(Session.signIn, {
      id: "signInWithToken",
      status: 201,
      shape: InScript,
      answer: (_, { account, session, token }) => ({ account, session, token }),
    }),
  );

export const signOut = new Hono<Env>()
  /** Sign out. Ends the session of this request. */
  .post("/", command(Session.end, { id: "signOut", answer: clearSession }));

export const sessions = new Hono<Env>()
  /** List your sessions. Oldest first. */
  .get("/", query(Session.list, { id: "listSessions" }))
  /** Sign out everywhere. Ends all your sessions, this one included. */
  .delete("/", command(Session.endAll, { id: "endAllSessions", answer: clearSession, etagOf: Session.list }))
  /** End a session. Its next request fails. */
  .delete("/:session", command(Session.end, { id: "endSession" }));

export const reauthentication = new Hono<Env>()
  /**
   * Request a confirmation code. Emails a code to the address of your account. It works for {session.codeMinutes}
   * minutes.
   */
  .post("/", command(Session.requestReauthentication, { id: "requestConfirmationCode", status: 202 }))
  /**
   * Confirm your identity. Enter the emailed code. For {base.reauthenticationMinutes} minutes, this session may do
   * what requires a confirmed identity.
   */
  .post("/code", command(Session.reauthenticate, { id: "confirmIdentity" }));
