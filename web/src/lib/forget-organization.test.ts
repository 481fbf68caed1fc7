import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { forgetOrganization } from "./forget-organization.ts";

test("what a page still shows of an organization is not asked for again, and forgotten when the page is gone", () => {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  const [shown, hidden, other] = [["organization", "org_1", "rollout"], ["organization", "org_1"], ["organizations"]];
  for (const queryKey of [shown, hidden, other]) client.setQueryData(queryKey, "known");
  const asked: unknown[] = [];
  const observer = new QueryObserver(client, {
    queryKey: shown,
    queryFn: ({ queryKey }) => {
      asked.push(queryKey);
      return "asked";
    },
  });
  const leave = observer.subscribe(() => {});
  forgetOrganization(client, "org_1");
  // as each render of the page does
  observer.setOptions({ ...observer.options });
  const keys = () =>
    client
      .getQueryCache()
      .getAll()
      .map(({ queryKey }) => queryKey);
  expect(keys()).toEqual([shown, other]);
  leave();
  expect(keys()).toEqual([other]);
  expect(asked).toEqual([]);
});
