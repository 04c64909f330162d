package io.tributary.training.evaluate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A label set of entity tags: {@code O} outside, {@code B-TYPE} where an entity begins, {@code
 * I-TYPE} within one (IOB2). Finds the entities of a sequence in either of seqeval's readings.
 */
public final class TagScheme {
  private static final int OUTSIDE = -1;

  private final List<String> types = new ArrayList<>();
  private final int[] typeOfTag;
  private final boolean[] begins;

  private TagScheme(List<String> tags) {
    typeOfTag = new int[tags.size()];
    begins = new boolean[tags.size()];
    Map<String, Integer> positions = new HashMap<>();
    for (int tag = 0; tag < typeOfTag.length; tag++) {
      typeOfTag[tag] = OUTSIDE;
      if (!tags.get(tag).equals("O")) {
        String type = tags.get(tag).substring(2);
        typeOfTag[tag] = positions.computeIfAbsent(type, this::added);
        begins[tag] = tags.get(tag).startsWith("B-");
      }
    }
  }

  private int added(String type) {
    types.add(type);
    return types.size() - 1;
  }

  /** The scheme of a label set; empty where a label is none of such tags, or all are {@code O}. */
  public static Optional<TagScheme> of(List<String> tags) {
    boolean all = tags.stream().allMatch(tag -> tag.equals("O") || tag.matches("(?s)[BI]-.+"));
    boolean any = tags.stream().anyMatch(tag -> !tag.equals("O"));
    return all && any ? Optional.of(new TagScheme(tags)) : Optional.empty();
  }

  /** The types of entities, in the order of their first tag. */
  public List<String> types() {
    return List.copyOf(types);
  }

  /** One entity: its type's position, its first token and the one behind its last. */
  record Entity(int type, int start, int end) {}

  /**
   * The entities of one sequence.
   *
   * @param tags positions in the label set
   * @param strict whether an {@code I-} that follows nothing of its type is left out (IOB2 as it is
   *     written); else it begins an entity, which is how conlleval and seqeval's default read it
   */
  List<Entity> entities(int[] tags, boolean strict) {
    List<Entity> entities = new ArrayList<>();
    int start = 0;
    int open = OUTSIDE;
    for (int at = 0; at < tags.length; at++) {
      int type = typeOfTag[tags[at]];
      if (open != OUTSIDE && type == open && !begins[tags[at]]) {
        continue;
      }
      if (open != OUTSIDE) {
        entities.add(new Entity(open, start, at));
      }
      open = strict && !begins[tags[at]] ? OUTSIDE : type;
      start = at;
    }
    if (open != OUTSIDE) {
      entities.add(new Entity(open, start, tags.length));
    }
    return entities;
  }
}
