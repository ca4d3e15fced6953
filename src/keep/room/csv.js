// A table as a file that spreadsheets open: UTF-8 with a mark, lines that end as RFC 4180 says.
export const csv = (rows) =>
  new Blob(["\uFEFF", ...rows.map((row) => `${row.map(cell).join(",")}\r\n`)], { type: "text/csv" });

function cell(value) {
  const text = String(value ?? "");
  // A spreadsheet would run it.
  const safe = typeof value == "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
