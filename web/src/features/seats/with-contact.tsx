import { useQuery } from "@tanstack/react-query";
import { resourcesQuery } from "#lib/queries.ts";
import { contactWords } from "./text.ts";

/** A text whose words about the operator lead to their support, if that is set up. */
export function WithContact({ text }: { text: string }) {
  const { data } = useQuery(resourcesQuery);
  const { supportUrl } = data ?? {};
  const [before, after] = text.split(contactWords);
  if (supportUrl === undefined || after === undefined) {
    return text;
  }
  return (
    <>
      {before}
      <a
        href={supportUrl}
        target="_blank"
        rel="noopener noreferrer"
        className="rounded-sm font-medium underline underline-offset-2"
      >
        {contactWords}
      </a>
      {after}
    </>
  );
}
