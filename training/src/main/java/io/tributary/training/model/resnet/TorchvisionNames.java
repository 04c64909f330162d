package io.tributary.training.model.resnet;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What torchvision and timm call the parameters of a ResNet. */
final class TorchvisionNames {
  private static final Pattern UNIT =
      Pattern.compile(
          "resnet\\.encoder\\.stages\\.(\\d+)\\.layers\\.(\\d+)\\.layer\\.(\\d+)\\.(.+)");
  private static final Pattern SHORTCUT =
      Pattern.compile("resnet\\.encoder\\.stages\\.(\\d+)\\.layers\\.(\\d+)\\.shortcut\\.(.+)");
  private static final String STEM = "resnet.embedder.embedder.";
  private static final String OUTPUT = "classifier.1.";

  private TorchvisionNames() {}

  /** Of transformers' name. */
  static String of(String name) {
    Matcher unit = UNIT.matcher(name);
    if (unit.matches()) {
      int convolution = Integer.parseInt(unit.group(3)) + 1;
      return block(unit) + part(unit.group(4), "conv" + convolution, "bn" + convolution);
    }
    Matcher shortcut = SHORTCUT.matcher(name);
    if (shortcut.matches()) {
      return block(shortcut) + "downsample." + part(shortcut.group(3), "0", "1");
    }
    return name.startsWith(OUTPUT)
        ? "fc." + name.substring(OUTPUT.length())
        : part(name.substring(STEM.length()), "conv1", "bn1");
  }

  private static String block(Matcher name) {
    return "layer" + (Integer.parseInt(name.group(1)) + 1) + "." + name.group(2) + ".";
  }

  private static String part(String rest, String convolution, String norm) {
    return rest.replace("convolution.", convolution + ".").replace("normalization.", norm + ".");
  }
}
