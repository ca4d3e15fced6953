import { failures } from "../words/loading.js";

/** Why the studio did not come. `reason` is a name in `failures`; `facts` go into its words. */
export class LoadFailure extends Error {
  constructor(reason, facts = {}) {
    const [title, remedy, again] = failures[reason](facts);
    super(`${title}. ${remedy}`, { cause: facts.cause });
    Object.assign(this, { name: "LoadFailure", kind: "load", reason, file: facts.file, title, remedy, again });
  }
}
