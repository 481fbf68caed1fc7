import * as Session from "@muster/core/session/session.ts";
import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import * as v from "valibot";
import { clearSession, refuseCrossSite, setSession } from "./credentials.ts";
import { command, query } from "./door.ts";
import type { Env } from "./env.ts";

const { account, session, token } = Session.Opened.entries;
const InBrowser = v.object({ account, session });
const InScript = v.object({ account, session, token });

/** A foreign page must not sign anybody in to an account of its own choice. */
const ownPagesOnly = createMiddleware<Env>(async (c, next) => {
  refuseCrossSite(c);
  await next();
});

export const signIn = new Hono<Env>()
  .post("/", command(Session.ask, { status: 202 }))
  .use("/code", ownPagesOnly)
  .post(
    "/code",
    command(Session.open, {
      status: 201,
      shape: InBrowser,
      answer: (c, { account, session, token, browser }) => {
        setSession(c, token, browser);
        return { account, session };
      },
    }),
  )
  .post(
    "/token",
    command(Session.open, {
      status: 201,
      shape: InScript,
      answer: (_, { account, session, token }) => ({ account, session, token }),
    }),
  );

export const signOut = new Hono<Env>().post("/", command(Session.end, { answer: clearSession }));

export const sessions = new Hono<Env>()
  .get("/", query(Session.list))
  .delete("/", command(Session.endAll, { answer: clearSession }))
  .delete("/:session", command(Session.end));

export const proof = new Hono<Env>()
  .post("/", command(Session.prove, { status: 202 }))
  .post("/code", command(Session.confirm));
