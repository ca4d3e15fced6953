const tell = (result) => fetch("/", { method: "POST", body: JSON.stringify(result) });
const worker = new Worker("worker.js", { type: "module" });
worker.onmessage = ({ data }) => tell(data);
worker.onerror = ({ message }) => tell({ error: message });
