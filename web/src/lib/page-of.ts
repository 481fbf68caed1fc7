/** Returns the target of a link to a page of an organization: `{...pageOf(id, "/teams/$team", { team })}`. */
export function pageOf<Page extends string, More extends object = object>(
  organization: string,
  page: Page,
  more?: More,
) {
  const to: `/organizations/$organization${Page}` = `/organizations/$organization${page}`;
  return { to, params: { organization, ...more } as { organization: string } & More };
}
