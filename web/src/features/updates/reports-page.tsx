import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Flag } from "lucide-react";
import { ListGate, PageGate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { showAtOnce } from "#lib/optimistic.ts";
import { pageOf } from "#lib/page-of.ts";
import { dismissReports, type Reported, reportsQuery } from "#lib/reports.ts";
import { deleteComment, deleteUpdate, restoreComment, restoreUpdate, updatesKey } from "#lib/updates.ts";
import { Avatar } from "#ui/avatar.tsx";
import { Button } from "#ui/button.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { LoadingRows } from "#ui/loading.tsx";
import { Time } from "#ui/time.tsx";
import { toast, toastFailure } from "#ui/toast.ts";
import { reasonText } from "./report-text.ts";
import { authorName } from "./text.ts";
import { UpdatesOff } from "./updates-off.tsx";

/** Lists all that members have reported: owners and admins delete it, or dismiss the reports. */
export function ReportsPage() {
  return (
    <PageGate page="reports" skeleton={skeleton}>
      {(organization) => (
        <div className="mx-auto max-w-[720px]">
          <h1 className="mb-4 text-xl font-semibold">Reports</h1>
          {organization.posting === "off" ? (
            <UpdatesOff organization={organization} />
          ) : (
            <Reports organization={organization} />
          )}
        </div>
      )}
    </PageGate>
  );
}

function Reports({ organization }: { organization: Organization }) {
  const list = useInfiniteQuery(reportsQuery(organization.id));
  return (
    <ListGate
      list={list}
      more="Show more"
      skeleton={skeleton}
      empty={
        <div className="card">
          <EmptyState icon={Flag} title="Nothing to decide">
            Updates and comments that members report are listed here until you delete them or dismiss the reports.
          </EmptyState>
        </div>
      }
    >
      {(items) => (
        <ul aria-label="Reports" className="grid gap-4">
          {items.map((reported) => (
            <li key={reported.comment ?? reported.update}>
              <Entry organization={organization} reported={reported} />
            </li>
          ))}
        </ul>
      )}
    </ListGate>
  );
}

function Entry({ organization, reported }: { organization: Organization; reported: Reported }) {
  const { update, comment, team, title, author, reports } = reported;
  const { remove, dismiss } = useDecision(organization.id, reported);
  const what = comment === undefined ? "update" : "comment";
  return (
    <article aria-label={comment === undefined ? title : `Comment on ${title}`} className="card overflow-hidden">
      <div className="flex flex-wrap items-start justify-between gap-3 px-5 py-4">
        <div className="min-w-0">
          <h2 className="font-medium wrap-anywhere">
            {comment !== undefined && "Comment on "}
            <Link
              {...pageOf(organization.id, "/updates/$update", { update })}
              {...(comment !== undefined && { hash: comment })}
              className="text-accent-text underline underline-offset-2"
            >
              {title}
            </Link>
          </h2>
          <p className="text-sm text-fg-3">
            By <bdi>{authorName(author)}</bdi>
            {team && (
              <>
                {" "}
                in <bdi>{team.name}</bdi>
              </>
            )}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button
            isBusy={dismiss.isPending}
            blocked={whyBlocked(organization, "update.dismissReports")}
            onClick={() => dismiss.mutate()}
          >
            Dismiss
          </Button>
          <Button
            variant="danger"
            isBusy={remove.isPending}
            blocked={whyBlocked(organization, "update.remove")}
            onClick={() => remove.mutate()}
          >
            Delete {what}
          </Button>
        </div>
      </div>
      <ul aria-label="Reported by" className="divide-y divide-border border-t border-border">
        {reports.map(({ account, color, name, reason, note, at }) => (
          <li key={account} className="flex gap-3 px-5 py-3">
            <Avatar name={authorName({ name })} color={color} size="small" />
            <div className="min-w-0 text-sm">
              <p>
                <bdi className="font-medium">{authorName({ name })}</bdi> <Time at={at} className="text-fg-3" />
              </p>
              <p className="text-fg-2 wrap-anywhere">
                {reasonText[reason]}
                {note !== undefined && `: ${note}`}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </article>
  );
}

/** Deletes or dismisses. A deletion can be undone as everywhere else; the reports are back then. */
function useDecision(organization: string, { update, comment, reports }: Reported) {
  const queryClient = useQueryClient();
  const key = reportsQuery(organization).queryKey;
  const hide = () =>
    showAtOnce<Reported>(queryClient, key, (one) =>
      one.update === update && (comment === undefined || one.comment === comment) ? undefined : one,
    );
  const refresh = () => queryClient.invalidateQueries({ queryKey: updatesKey(organization) });
  const fail = (text: string) => (error: Error, _none: void, putBack?: () => void) => {
    putBack?.();
    toastFailure(text, error);
    void refresh();
  };
  const restore = useMutation({
    mutationFn: async () => {
      await (comment === undefined
        ? restoreUpdate(organization, update)
        : restoreComment({ organization, update, comment }));
    },
    onSuccess: refresh,
    onError: fail("It was not restored"),
  });
  const remove = useMutation({
    mutationFn: () =>
      comment === undefined ? deleteUpdate(organization, update) : deleteComment({ organization, update, comment }),
    onMutate: hide,
    onSuccess: () => {
      toast(comment === undefined ? "Update deleted" : "Comment deleted", {
        action: { label: "Undo", run: () => restore.mutate() },
      });
      void refresh();
    },
    onError: fail("It was not deleted"),
  });
  const dismiss = useMutation({
    mutationFn: () => dismissReports(organization, { update, comment }, reports.length),
    onMutate: () =>
      showAtOnce<Reported>(queryClient, key, (one) =>
        one.update === update && one.comment === comment ? undefined : one,
      ),
    onSuccess: () => {
      toast("Reports dismissed", { description: "Those who reported it are notified." });
      void refresh();
    },
    onError: fail("The reports were not dismissed"),
  });
  return { remove, dismiss };
}

const skeleton = (
  <LoadingRows what="the reports" count={2} className="card" lines={["h-4 w-56 max-w-full", "h-3 w-40"]} />
);
