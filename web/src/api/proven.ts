import { ApiProblem } from './problem'
import { askForProof, PROOF_NEEDED } from './proof'

/** A reading the person has asked for by a press, not one in the background: where the server wants proof first, they are asked, and it is read again. */
export async function proven<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (problem) {
    if (!(problem instanceof ApiProblem) || problem.code !== PROOF_NEEDED || !(await askForProof())) throw problem
    return read()
  }
}
