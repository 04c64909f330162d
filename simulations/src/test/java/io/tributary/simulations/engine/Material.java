package io.tributary.simulations.engine;

import io.tributary.federation.json.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.file.Path;

/** What a federation of a test learns, and from what. */
interface Material {
  /** Writes the base model. */
  void writeBase(Path folder) throws IOException;

  /** Writes held-out examples, and describes them as in a coordinator's file. */
  JsonObject heldOut(Path folder) throws IOException;

  /** Writes a node's examples, and describes them as in a node's {@code data.train}. */
  JsonObject train(Path folder, String node) throws IOException;

  /** Rows of numbers that a perceptron learns the sign of. */
  static Material signs() {
    return new Material() {
      @Override
      public void writeBase(Path folder) throws IOException {
        TinyModel.write(folder, SignRows.FEATURES);
      }

      @Override
      public JsonObject heldOut(Path folder) throws IOException {
        return SignRows.source("selection", SignRows.write(folder, "held-out", 0, 60, 0));
      }

      @Override
      public JsonObject train(Path folder, String node) throws IOException {
        int stream = node.charAt(node.length() - 1);
        // mostly one label
        double shift = (stream % 3 - 1) * 0.6;
        return SignRows.source("path", SignRows.write(folder, node, stream, 24, shift));
      }
    };
  }
}
