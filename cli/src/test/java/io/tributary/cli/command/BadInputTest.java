package io.tributary.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input: the exit code, exactly one line on standard error, nothing changed on the disk. */
class BadInputTest {
  private static final String PLAN =
      """
      name: topics
      seed: 1
      model: {base: model, labels: [a, b]}
      """;

  @TempDir Path folder;

  @BeforeEach
  void files() throws IOException {
    Files.createDirectories(folder.resolve("model"));
    new Runner(folder).run("certs", "init", "--federation", "acme");
    new Runner(folder).run("certs", "issue", "operator/main");
    new Runner(folder).run("certs", "issue", "node/site-1");
    new Runner(folder).run("certs", "issue", "coordinator/main", "--host", "127.0.0.1");
    write("plan.yaml", PLAN);
    write("operator.yaml", operator(1));
    write("ok.csv", "text,label\none,a\ntwo,b\nthree,a\n");
    write("coordinator.yaml", coordinator(""));
    write("node.yaml", node(""));
    write(
        "simulation.yaml",
        "partition: half\ndata: {train: {path: ok.csv}}\nheld-out: {selection: ok.csv}\n");
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }

  private static String operator(int port) {
    return "coordinator: {control: \"127.0.0.1:"
        + port
        + "\"}\ntls: {certificate: operator.pem, key: operator.key, trust: certs/ca.pem}\n";
  }

  private static String coordinator(String more) {
    return """
        federation: acme
        listen: {control: "127.0.0.1:0", bulk: "127.0.0.1:0"}
        state: state
        tls: {certificate: coordinator.pem, key: coordinator.key, trust: certs/ca.pem}
        held-out: {selection: ok.csv}
        """
        + more;
  }

  private static String node(String more) {
    return """
        coordinator: {control: "127.0.0.1:1"}
        tls: {certificate: site-1.pem, key: site-1.key, trust: certs/ca.pem}
        state: node-state
        data: {train: {source: csv, path: ok.csv}}
        """
        + more;
  }

  private Map<String, Digest> disk() throws IOException {
    Map<String, Digest> files = new TreeMap<>();
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Digest.of(Files.readAllBytes(file)));
      }
    }
    return files;
  }

  private void refused(int exitCode, String part, String... line) throws IOException {
    Map<String, Digest> before = disk();
    Runner.Result result = new Runner(folder).run(line);
    assertEquals(exitCode, result.exitCode(), result.err());
    assertEquals(1, result.errLines().size(), result.err());
    assertTrue(result.err().contains(part), result.err());
    assertEquals("", result.out());
    assertEquals(before, disk());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run start none.yaml|no such file",
        "run start plan.yaml --set train.epoch=2|Did you mean \"epochs\"?",
        "run start plan.yaml --set train.epochs=many|train.epochs: \"many\"",
        "run start plan.yaml --set train.epochs=0|train.epochs: 0",
        "run start plan.yaml --set name=Bad_Name|name",
        "run start plan.yaml --set model.base=nowhere|model.base: nowhere",
        "run start plan.yaml --set model.labels=none.txt|none.txt",
        "run start plan.yaml --set federation.rule=median-of-none|federation.rule",
        "run start plan.yaml --set epochs|--set: epochs",
        "run start plan.yaml --from :last|run: \"\"",
        "run list --config none.yaml|no such file",
        "coordinator run --config none.yaml|no such file",
        "coordinator run --config coordinator.yaml --set stat=x|Did you mean \"state\"?",
        "coordinator run --config coordinator.yaml --set listen.control=here|listen.control",
        "coordinator run --config coordinator.yaml --set limits.spool=big|limits.spool",
        "coordinator run --config coordinator.yaml --log-level loud|--log-level: loud",
        "node run --config node.yaml --set coordinator.control=here|coordinator.control",
        "node run --config node.yaml --set data.train.delimiter=ab|data.train.delimiter",
        "data split none.csv --parts a=50%,b=50% --into parts|no such file",
        "data split ok.csv --parts a=50%,b=40% --into parts|sum to 100",
        "data split ok.csv --into parts|neither --parts nor --nodes",
        "data split ok.csv --nodes 2 --parts a=50%,b=50% --into parts|one of them",
        "data split ok.csv --nodes 2 --least 1 --partition half --into parts|partition: \"half\"",
        "data split ok.csv --nodes 9 --into parts|3 examples for 9 nodes",
        "simulate none.yaml|no such file",
        "simulate plan.yaml --simulation none.yaml|no such file",
        "simulate plan.yaml|partition: \"half\"",
        "simulate plan.yaml --partition iid --nodes 0|nodes: 0",
        "simulate plan.yaml --partition iid --durability some|durability: some",
        "simulate plan.yaml --partition iid --nodes 2 --workers 5000|workers: 5000",
        "simulate plan.yaml --partition iid --nodes 2|3 examples for 2 nodes",
        "simulate plan.yaml --partition iid --set federation.cohort.quorum=99|quorum of 99",
        "simulate plan.yaml --partition iid --set train.epoch=1|Did you mean \"epochs\"?",
        "bench simulate --cases some|--cases: some",
        "bench simulate --rounds 1|--rounds, --workers: 1",
        "certs issue coordinator/main|hosts: none",
        "certs issue node/Upper|name",
        "certs show --ca nowhere|no certificate authority",
        "model predict --model nowhere --text x|nowhere",
        "model predict --model model|nothing to predict",
        "model predict --model model --text x --input ok.csv|--input beside other inputs",
        "model predict --model model --text x --output ok.csv|nothing to predict, or no --input",
        "model predict --model model --input none.jsonl|no such file",
        "model predict --model model --text x --temperature -1|temperature: -1.0 (expected: >= 0)",
        "model predict --model model --text x --top-p 0|top-p: 0.0",
        "model random nowhere --into new|nowhere",
        "demo --rounds 0|--rounds: 0",
        "bench aggregate --updates 0|--updates: 0 (expected: 1 to 1000)",
        "bench aggregate --size 100|size: \"100\" (expected: a number with a unit",
        "bench aggregate --size 1B|--size: 1B (expected: 4KB to 100GB)",
        "bench aggregate --threads 0|--threads: 0 (expected: 1 to 256)",
        "bench aggregate --cycles 0|--cycles: 0 (expected: 1 to 1000)",
      })
  void run_wrongInput_isUsageError(String line, String part) throws IOException {
    refused(2, part, Arrays.asList(line.split(" ", -1)).toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model predict --model model --text x --top 0|--top: 0 (expected: 1 or more)",
        "model predict --model model --text x --max-tokens 1|--max-tokens: 1 (expected: 2 to",
        "model evaluate ok.csv --model model --max-tokens 0|--max-tokens: 0 (expected: 2 to",
      })
  void model_optionOutOfRange_refusedByItsName(String line, String part) throws IOException {
    refused(2, part, line.split(" ", -1));
  }

  @Test
  void modelPredict_linesThatAreNone_refused() throws IOException {
    refused(4, "ok.csv line 1", "model", "predict", "--model", "model", "--input", "ok.csv");
    write("empty.jsonl", "\n");
    refused(4, "no lines", "model", "predict", "--model", "model", "--input", "empty.jsonl");
    write("in.jsonl", "{\"text\":\"x\"}\n");
    refused(
        1, "ok.csv", "model predict --model model --input in.jsonl --output ok.csv".split(" ", -1));
  }

  @Test
  void modelRandom_shapeThatIsNone_refused() throws IOException {
    refused(4, "config.json", "model", "random", "model", "--into", "new");
    write("model/config.json", "{\"model_type\":\"none\"}");
    refused(4, "model_type", "model", "random", "model", "--into", "new");
  }

  @Test
  void runStart_modelThatIsNone_saysSo() throws IOException {
    refused(1, "config.json", "run", "start", "plan.yaml");
  }

  @Test
  void run_emptyName_isUsageErrorBeforeAnyConnection() throws IOException {
    refused(2, "run: \"\"", "run", "start", "plan.yaml", "--from", "");
    refused(2, "run: \"\"", "run", "show", "");
  }

  @Test
  void runList_nobodyListens_isNotReachable() throws IOException {
    refused(5, "127.0.0.1", "run", "list");
  }

  @Test
  void runList_nodesCertificateMissing_isUsageError() throws IOException {
    write("operator.yaml", operator(1).replace("operator.pem", "none.pem"));
    refused(2, "none.pem", "run", "list");
  }

  @Test
  void certsInit_authorityExists_isRefused() throws IOException {
    refused(1, "exist", "certs", "init", "--federation", "other");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~text,label\n~|no examples",
        "~text,label\none,a\n~|a",
        "~text,lable\none,a\ntwo,b\n~|lable",
        "~text,label\none,a,more\ntwo,b\n~|",
      })
  void dataCheck_unusableFile_isRefused(String text, String part) throws IOException {
    write("bad.csv", text);
    Runner.Result result = new Runner(folder).run("data", "check", "bad.csv");
    assertEquals(4, result.exitCode(), result.out() + result.err());
    assertTrue((result.out() + result.err()).contains(part == null ? "" : part));
  }

  @Test
  void dataInspect_brokenUtf8_isOneLine() throws IOException {
    Files.write(
        folder.resolve("bad.csv"), "text,label\n\u00ff,a\n".getBytes(StandardCharsets.ISO_8859_1));
    refused(4, "UTF-8", "data", "inspect", "bad.csv");
  }

  @Test
  void nodeRun_emptyData_isRefused() throws IOException {
    write("ok.csv", "text,label\n");
    refused(4, "no examples", "node", "run", "--config", "node.yaml");
  }
}
