"""Prometheus figures: how many, how fast, how often not. Labels are rulings, surfaces and outcomes; nothing personal."""

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)


class Metrics:
    """One process's figures, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.questions = Counter("lodge_questions", "Questions answered", ("ruling", "surface"), registry=self.registry)
        self.latency = Histogram("lodge_answer_seconds", "Time to build an answer", registry=self.registry, buckets=BUCKETS)
        self.events = Counter("lodge_events", "Presses, submissions, home pages and timers", ("kind",), registry=self.registry)
        self.deliveries = Counter("lodge_deliveries", "Messages owed to others, by outcome", ("outcome",), registry=self.registry)
        self.feedback = Counter("lodge_feedback", "Answers that helped or not", ("surface", "verdict"), registry=self.registry)
        self.failures = Counter("lodge_failures", "Unexpected failures, by place", ("where",), registry=self.registry)
        self.unreachable = Gauge("lodge_unreachable_roles", "Roles whose channel cannot be reached", registry=self.registry)

    async def show(self, request: web.Request) -> web.Response:
        """The page that Prometheus reads."""
        return web.Response(body=generate_latest(self.registry), content_type="text/plain", charset="utf-8")
