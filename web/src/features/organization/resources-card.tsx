import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { resourcesQuery } from "#lib/queries.ts";

/** Pages elsewhere that the operator recommends, if there are any. */
export function ResourcesCard() {
  const { data } = useQuery(resourcesQuery);
  if (data === undefined || data.items.length === 0) {
    return null;
  }
  return (
    <section aria-labelledby="resources" className="card overflow-hidden">
      <h2 id="resources" className="px-5 pt-4 pb-1 text-base font-semibold">
        Resources
      </h2>
      <ul className="pb-2">
        {data.items.map(({ title, url, description }) => (
          <li key={url}>
            <a
              href={url}
              target="_blank"
              rel="noopener noreferrer"
              className="group flex min-h-14 items-center gap-3 px-5 py-2 hover:bg-surface-2 focus-visible:outline-offset-[-2px]"
            >
              <span className="min-w-0 flex-1">
                <span className="block font-medium wrap-anywhere">{title}</span>
                <span className="block text-sm text-fg-3 wrap-anywhere">{description}</span>
              </span>
              <ExternalLink aria-hidden className="size-4 shrink-0 text-fg-3" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
