import * as tfl from "@tensorflow/tfjs-layers";
import { savedClassName } from "./saved-text.js";

/**
 * The tfjs model of an imported one. It is tfjs's own but for its class name, by which it is known where it is loaded
 * after it was saved.
 */
export class ImportedTfjsModel extends tfl.LayersModel {
  static override className: string = savedClassName("Model");
}
