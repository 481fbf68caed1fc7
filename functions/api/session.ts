import { reauthenticationMinutes } from "@muster/core/base/limits.ts";
import * as Session from "@muster/core/session/session.ts";
import { Hono } from "hono/quick";
import * as v from "valibot";
import { clearSession, setSession } from "./credentials.ts";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

const { account, session, token } = Session.SignedIn.entries;
const InBrowser = v.object({ account, session });
const InScript = v.object({ account, session, token });

export const signIn = new Hono<Env>()
  .post(
    "/",
    command(Session.requestCode, { id: "requestSignInCode", summary: "Send a sign-in code by email", status: 202 }),
  )
  .post(
    "/code",
    command(Session.signIn, {
      id: "signInWithCookie",
      summary: "Sign a browser in with a code: the session comes as a cookie",
      status: 201,
      shape: InBrowser,
      // a foreign page must not sign anybody in to an account of its choice
      ownPagesOnly: true,
      answer: (c, { account, session, token, browser }) => {
        setSession(c, token, browser);
        return { account, session };
      },
    }),
  )
  .post(
    "/token",
    command(Session.signIn, {
      id: "signInWithToken",
      summary: "Sign a script in with a code: the session comes as a bearer token",
      status: 201,
      shape: InScript,
      answer: (_, { account, session, token }) => ({ account, session, token }),
    }),
  );

export const signOut = new Hono<Env>().post(
  "/",
  command(Session.end, { id: "signOut", summary: "Sign out of this session", answer: clearSession }),
);

export const sessions = new Hono<Env>()
  .get("/", query(Session.list, { id: "listSessions", summary: "List my sessions" }))
  .delete(
    "/",
    command(Session.endAll, {
      id: "endAllSessions",
      summary: "Sign out of all sessions, including this one",
      answer: clearSession,
      etagOf: Session.list,
    }),
  )
  .delete("/:session", command(Session.end, { id: "endSession", summary: "End one of my sessions" }));

export const reauthentication = new Hono<Env>()
  .post(
    "/",
    command(Session.requestReauthentication, {
      id: "requestConfirmationCode",
      summary: "Send a reauthentication code by email",
      status: 202,
    }),
  )
  .post(
    "/code",
    command(Session.reauthenticate, {
      id: "confirmIdentity",
      summary: `Reauthenticate for ${reauthenticationMinutes} minutes`,
    }),
  );
