internal import Hummingbird
internal import Logging
internal import ServiceLifecycle
internal import PGReplication
internal import Pipeline
