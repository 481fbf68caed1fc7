import type { Context, Schema } from "hono";
import { Hono } from "hono/quick";
import { routePath } from "hono/route";
import type { Env } from "./env.ts";
import { unrouted } from "./unrouted.ts";

type Load<S extends Schema> = () => Promise<Hono<Env, S>>;
type Inner = Env & { Bindings: { outer: Context<Env> } };
type Route = Hono<Env>["routes"][number];

/** Routes whose code is loaded at the first request to one of them, so that no other request waits for it. */
export function lazy<S extends Schema>(load: Load<S>): Hono<Env, S> {
  let mounted: Promise<Hono<Env>> | undefined;
  const answer = async (c: Context<Env>) => {
    mounted ??= mount(load, routePath(c));
    const routes = await mounted;
    return routes.fetch(c.req.raw, { ...c.env, outer: c });
  };
  return new Hono<Env>().all("/*", Object.assign(answer, { load })) as Hono<Env, S>;
}

/** Returns all routes of an app, including those that are not loaded yet. */
export async function allRoutes({ routes }: { routes: Route[] }): Promise<Route[]> {
  const found = routes.map(async (route) => {
    if (!("load" in route.handler)) return [route];
    return allRoutes(await mount(route.handler.load as Load<Schema>, route.path));
  });
  return (await Promise.all(found)).flat();
}

/** The routes under a shared path; the outer app handles their errors. */
async function mount(load: Load<Schema>, pattern: string): Promise<Hono<Env>> {
  const routes = new Hono<Inner>()
    .use(async (c, next) => {
      for (const [name, value] of Object.entries(c.env.outer.var)) {
        c.set(name as keyof Env["Variables"], value as never);
      }
      await next();
    })
    .route(pattern.replace(/\/\*$/, ""), await load())
    .onError((error) => {
      throw error;
    }) as unknown as Hono<Env>;
  return routes.notFound(unrouted(routes, (c) => (c as unknown as Context<Inner>).env.outer.notFound()));
}
