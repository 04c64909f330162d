package io.tributary.training.model.vit;

/** The two ways in which transformers names the parts of a Vision Transformer. */
final class VitNames {
  private VitNames() {}

  /**
   * The name that transformers 5.23 has in memory, of the one that its files have and that earlier
   * versions had everywhere.
   */
  static String inMemory(String name) {
    return name.replace("encoder.layer.", "layers.")
        .replace("attention.attention.query", "attention.q_proj")
        .replace("attention.attention.key", "attention.k_proj")
        .replace("attention.attention.value", "attention.v_proj")
        .replace("attention.output.dense", "attention.o_proj")
        .replace("intermediate.dense", "mlp.fc1")
        .replace("output.dense", "mlp.fc2");
  }
}
