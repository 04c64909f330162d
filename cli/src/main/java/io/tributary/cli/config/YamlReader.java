package io.tributary.cli.config;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/**
 * Reads one YAML document (YAML 1.2, JSON schema) as a JSON value, and the line of each key.
 * Repeated keys, keys that are no texts, tags of one's own and unreasonable size are refused with
 * the line. Confined to one thread.
 */
public final class YamlReader {
  private static final int MOST_NODES = 200_000;
  private static final int DEEPEST = 50;
  private static final LoadSettings SETTINGS =
      LoadSettings.builder().setSchema(new JsonSchema()).setCodePointLimit(16 << 20).build();

  /** A document with the line, from 1, of each key by its path such as {@code train.epochs}. */
  record Document(JsonValue tree, Map<String, Integer> lines) {}

  private final String source;
  private final Map<String, Integer> lines = new HashMap<>();
  private int nodes;

  private YamlReader(String source) {
    this.source = source;
  }

  /**
   * Reads a value of the command line.
   *
   * @param source what it is called in messages
   */
  public static JsonValue value(String source, String text) {
    return read(source, text).tree();
  }

  /** Reads a text; an empty one is an empty object. */
  static Document read(String source, String text) {
    var reader = new YamlReader(source);
    try {
      Optional<Node> root = new Compose(SETTINGS).composeString(text);
      JsonValue tree =
          root.map(node -> reader.value(node, "", 0)).orElseGet(() -> JsonValue.object(Map.of()));
      return new Document(tree, reader.lines);
    } catch (MarkedYamlEngineException e) {
      String problem = e.getProblem() == null ? "not YAML" : e.getProblem();
      throw new FederationException(
          ErrorKind.INVALID_CONFIG,
          source
              + e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("")
              + ": "
              + problem
              + " (expected: YAML). Mend the line; texts with : or # need quotes.",
          e);
    } catch (YamlEngineException e) {
      throw new FederationException(
          ErrorKind.INVALID_CONFIG,
          source + ": " + e.getMessage() + " (expected: YAML). Mend the file.",
          e);
    }
  }

  private JsonValue value(Node node, String path, int depth) {
    if (++nodes > MOST_NODES || depth > DEEPEST) {
      throw refuse(node, "too many or too deep values", "a configuration file of usual size");
    }
    if (node instanceof MappingNode mapping) {
      return object(mapping, path, depth);
    }
    if (node instanceof SequenceNode sequence) {
      List<JsonValue> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        items.add(value(item, path, depth + 1));
      }
      return JsonValue.array(items);
    }
    return scalar((ScalarNode) node);
  }

  private JsonValue object(MappingNode mapping, String path, int depth) {
    SortedMap<String, JsonValue> fields = new TreeMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
        throw refuse(tuple.getKeyNode(), "a key that is no text", "key: value");
      }
      String key = keyNode.getValue();
      String keyPath = path + key;
      lines.put(keyPath, line(keyNode));
      if (fields.put(key, value(tuple.getValueNode(), keyPath + ".", depth + 1)) != null) {
        throw refuse(keyNode, "key " + keyPath + " a second time", "each key once");
      }
    }
    return JsonValue.object(fields);
  }

  private JsonValue scalar(ScalarNode node) {
    String text = node.getValue();
    Tag tag = node.getTag();
    if (tag.equals(Tag.STR)) {
      return JsonValue.of(text);
    }
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return number(node, text);
    }
    if (tag.equals(Tag.BOOL)) {
      return JsonValue.of(Boolean.parseBoolean(text));
    }
    if (tag.equals(Tag.NULL)) {
      return new JsonValue.JsonNull();
    }
    throw refuse(node, "tag " + tag.getValue(), "no tags");
  }

  private JsonValue number(Node node, String text) {
    try {
      var number = new BigDecimal(text);
      if (Math.abs((long) number.scale()) > 400) {
        throw refuse(node, text, "a number of usual size");
      }
      return new JsonValue.JsonNumber(number);
    } catch (NumberFormatException e) {
      throw refuse(node, text, "a finite number");
    }
  }

  private FederationException refuse(Node node, String found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_CONFIG, source + ":" + line(node), found, rule, "Mend the line.");
  }

  private static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }
}
