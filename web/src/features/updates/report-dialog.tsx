import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toSentence } from "#lib/failure.ts";
import { type Reason, reportsQuery, sendReport, type Thing } from "#lib/reports.ts";
import { Dialog } from "#ui/dialog.tsx";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { FieldError } from "#ui/field.tsx";
import { InputField } from "#ui/input.tsx";
import { SelectField } from "#ui/native-select.tsx";
import { toast } from "#ui/toast.ts";
import { reasons } from "./report-text.ts";

type Props = { organizationId: string; thing: Thing; isOpen: boolean; onClose: () => void };

/** Reports an update or a comment to owners and admins. */
export function ReportDialog({ organizationId, thing, isOpen, onClose }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={thing.comment === undefined ? "Report this update?" : "Report this comment?"}
      description="Owners and admins see who reported it. Its author doesn’t."
    >
      <ReportForm organizationId={organizationId} thing={thing} onClose={onClose} />
    </Dialog>
  );
}

/** It is new each time that the dialog opens. */
function ReportForm({ organizationId, thing, onClose }: Omit<Props, "isOpen">) {
  const queryClient = useQueryClient();
  const [reason, setReason] = useState<Reason>("spam");
  const [note, setNote] = useState("");
  const report = useMutation({
    mutationFn: () => sendReport(organizationId, thing, { reason, ...(note.trim() !== "" && { note: note.trim() }) }),
    onSuccess: () => {
      onClose();
      toast("Reported to owners and admins", { description: "You’re notified of what they decide." });
      void queryClient.invalidateQueries({ queryKey: reportsQuery(organizationId).queryKey });
    },
  });
  return (
    <form
      className="contents"
      onSubmit={(event) => {
        event.preventDefault();
        report.mutate();
      }}
    >
      <DialogBody>
        <SelectField label="Reason" value={reason} options={reasons} onChoose={(value) => setReason(value as Reason)} />
        <InputField
          label="Note"
          hint="Optional."
          value={note}
          maxLength={200}
          onChange={(event) => setNote(event.target.value)}
        />
        <div aria-live="polite" className="text-sm empty:hidden">
          {report.error && <FieldError>{toSentence(report.error)}</FieldError>}
        </div>
      </DialogBody>
      <DialogActions onCancel={onClose} action="Report" isBusy={report.isPending} />
    </form>
  );
}
